import Bytes
import Foundation

// libFuzzer target of the minidump reader and the memory rules.
//
// Half of the inputs are a dump as they are. The others are changes to a sound process (place, width, value), so that
// the mutations reach the structures behind the tables: directories, thread blocks, lists, fiber storage.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMinidump(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    _ = MinidumpFuzz.seeded
    MinidumpFuzz.run(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}

enum MinidumpFuzz {
    /// Writes the first corpus when `FUZZ_SEEDS` names its folder.
    static let seeded: Bool = {
        guard let folder = ProcessInfo.processInfo.environment["FUZZ_SEEDS"] else { return false }
        return (try? Seeds.write(to: folder)) != nil
    }()

    static let wide = Seeds.dump(is64: true)
    static let narrow = Seeds.dump(is64: false)
    static let wideFile = ProcessWriter(is64: true).file
    static let narrowFile = ProcessWriter(is64: false).file

    static func run(_ input: [UInt8]) {
        guard let first = input.first else { return }
        if first == 0x4D {
            check(input, file: wideFile)
        } else {
            let is64 = first & 1 == 0
            var bytes = is64 ? wide : narrow
            change(&bytes, input.dropFirst())
            check(bytes, file: first & 2 == 0 ? nil : is64 ? wideFile : narrowFile)
        }
    }

    /// Eleven bytes a change: place (two), width, value.
    static func change(_ bytes: inout [UInt8], _ input: ArraySlice<UInt8>) {
        var rest = input
        while rest.count >= 4 {
            let place = Int(rest[rest.startIndex]) | Int(rest[rest.startIndex + 1]) << 8
            let width = 1 + Int(rest[rest.startIndex + 2] & 7)
            rest = rest.dropFirst(3)
            for byte in rest.prefix(width).enumerated() { bytes[(place + byte.offset) % bytes.count] = byte.element }
            rest = rest.dropFirst(width)
        }
    }

    static func check(_ bytes: [UInt8], file: ByteStorage?) {
        let storage = ByteStorage(bytes)
        let report = MinidumpReport(storage) { _ in file }
        precondition((report == nil) == !Minidump.recognises(bytes.span.bytes), "a report of every dump, of no other")
        guard let report else { return }
        for stream in report.dump.streams {
            precondition(stream.offset + stream.size <= max(UInt64(bytes.count), stream.offset))
        }
        var next: UInt64 = 0
        for range in report.dump.memory.ranges {
            precondition(
                range.start >= next && range.offset + range.size <= UInt64(bytes.count), "ranges overlap or lie outside"
            )
            next = range.start &+ (range.size - 1)
        }
        for finding in report.findings {
            guard let offset = finding.place.fileOffset, finding.code.hasPrefix("TLS") else { continue }
            precondition(offset < UInt64(bytes.count), "a place outside the file")
        }
    }
}

/// The first corpus: sound processes in both widths, kept sparsely so that they are small; and changes to them.
enum Seeds {
    static func dump(is64: Bool, usesSmallList: Bool = false) -> [UInt8] {
        var process = ProcessWriter(is64: is64)
        process.dump.isSparse = true
        process.dump.usesSmallList = usesSmallList
        return process.dump.bytes()
    }

    static func write(to folder: String) throws {
        for is64 in [true, false] {
            for usesSmallList in [true, false] {
                let bytes = dump(is64: is64, usesSmallList: usesSmallList)
                try Data(bytes).write(
                    to: URL(fileURLWithPath: "\(folder)/dump\(is64 ? 64 : 32)\(usesSmallList ? "small" : "")"))
            }
        }
        for form in UInt8(0)..<4 {
            try Data([form, 0x80, 0, 3, 1, 2, 3, 4]).write(to: URL(fileURLWithPath: "\(folder)/change\(form)"))
        }
    }
}
