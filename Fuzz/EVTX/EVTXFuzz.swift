import Bytes
import Foundation

/// Feeds arbitrary bytes to everything that reads a log. The input is the inside of one chunk: magic, header and record
/// magic are put in place, so that mutations reach the binary XML instead of dying at the door.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    _ = EVTXFuzz.seeded
    EVTXFuzz.run(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}

enum EVTXFuzz {
    static let options: EVTXDecoder.Options = {
        var options = EVTXDecoder.Options()
        options.recovers = true
        options.limits.templates = 64
        return options
    }()
    // One decoder for all inputs: a damaged cache would show in a later input. libFuzzer calls from one thread.
    nonisolated(unsafe) static let decoder = EVTXDecoder(options: options)
    nonisolated(unsafe) static var batch = EVTXBatch()

    /// Writes the first corpus when `FUZZ_SEEDS` names its folder.
    static let seeded: Bool = {
        guard let folder = ProcessInfo.processInfo.environment["FUZZ_SEEDS"] else { return false }
        return (try? Seeds.write(to: folder)) != nil
    }()

    static func run(_ input: [UInt8]) {
        var bytes = input
        if let first = input.first, first & 1 == 0 {
            // Half of the inputs: one record with the input as body.
            let body = Array(input.dropFirst().prefix(60_000))
            let size = UInt32(24 + body.count + 4)
            bytes = EVTXWriterValue.little(EVTXChunkHeader.magic) + [UInt8](repeating: 0, count: 504)
            bytes += [0x2A, 0x2A, 0, 0] + EVTXWriterValue.little(size) + [UInt8](repeating: 1, count: 16) + body
            bytes += EVTXWriterValue.little(size)
        }
        let storage = ByteStorage(bytes)
        guard var reader = try? EVTXReader(storage, name: "", windowSize: 1) else {
            return decode(storage, 0..<bytes.count, 0)
        }
        while let window = try? reader.nextWindow() {
            for chunk in window.chunks { decode(window.storage, chunk, window.fileOffset) }
        }
    }

    static func decode(_ storage: ByteStorage, _ chunk: Range<Int>, _ offset: Int64) {
        batch.removeAll()
        decoder.decodeChunk(storage.bytes, at: chunk, fileOffset: offset, into: &batch)
        var output: [UInt8] = []
        for record in batch.records {
            _ = decoder.fields(of: record, in: batch, window: storage.bytes)
            output.removeAll(keepingCapacity: true)
            decoder.appendJSON(of: record, in: batch, window: storage.bytes, to: &output)
            decoder.appendXML(of: record, in: batch, window: storage.bytes, to: &output)
        }
    }
}
