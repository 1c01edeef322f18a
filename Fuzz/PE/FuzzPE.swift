import Bytes
import Foundation

/// Feeds arbitrary bytes to everything that reads a PE file. The input is the file; half of the inputs are laid over a
/// well-formed image instead, so that mutations reach the TLS structures instead of dying in the headers.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    _ = PEFuzz.seeded
    PEFuzz.run(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}

enum PEFuzz {
    /// Whole images of every word size, and the report of the one that inputs are compared with.
    static let images = ([0x014C, 0x8664, 0xAA64] as [UInt16]).map { PEWriter(machine: $0).bytes() }
    static let references = images.map { try? PEReport(inspecting: $0.span.bytes) }

    /// Writes the first corpus when `FUZZ_SEEDS` names its folder.
    static let seeded: Bool = {
        guard let folder = ProcessInfo.processInfo.environment["FUZZ_SEEDS"] else { return false }
        for (index, image) in images.enumerated() {
            try? Data(image).write(to: URL(fileURLWithPath: "\(folder)/image\(index)"))
            // Inputs that begin with an even byte below 6 are patches: {offset, two bytes} laid over image byte / 2.
            try? Data([UInt8(index * 2), 0x40, 0x06, 0x00, 0x50]).write(
                to: URL(fileURLWithPath: "\(folder)/patch\(index)"))
        }
        return true
    }()

    static func run(_ input: [UInt8]) {
        let which = Int(input.first ?? 0xFF) / 2
        guard let first = input.first, first & 1 == 0, images.indices.contains(which) else {
            return inspect(input, against: Int(input.last ?? 0) % images.count)
        }
        var bytes = images[which]
        var at = 1
        while at + 4 <= input.count {
            let offset = (Int(input[at]) | Int(input[at + 1]) << 8) % (bytes.count - 1)
            bytes[offset] = input[at + 2]
            bytes[offset + 1] = input[at + 3]
            at += 4
        }
        inspect(bytes, against: which)
    }

    static func inspect(_ bytes: [UInt8], against which: Int) {
        guard let report = try? PEReport(inspecting: bytes.span.bytes), let reference = references[which] else {
            return
        }
        for finding in report.findings { precondition(!finding.why.isEmpty, "a finding without a reason") }
        for callback in report.tls?.callbacks ?? [] where callback.liesInCode { precondition(callback.rva != nil) }
        let original = images[which]
        _ = PEComparison(of: report, bytes.span.bytes, against: reference, original.span.bytes)
        _ = PEComparison(of: reference, original.span.bytes, against: report, bytes.span.bytes)
    }
}
