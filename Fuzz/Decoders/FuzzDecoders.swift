import Bytes
import Events
import Formats
import Foundation

// libFuzzer target of every decoder in the table: the one that FUZZ_DECODER names, by any bytes, and recognition.
//
// Besides "no crash and no hang" it checks what must hold for any input: slots lie inside their batch, heads partition the
// slots, raw records lie inside the source, and cutting a source into two segments gives the events of the whole.

private let formats: [any Format.Type] = {
    let name = ProcessInfo.processInfo.environment["FUZZ_DECODER"] ?? ""
    return Formats.all.filter { $0.name == name }
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDecoder(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    precondition(!formats.isEmpty, "FUZZ_DECODER names no format")
    // Safe: libFuzzer hands over `count` readable bytes for the time of the call; they are copied.
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    runs += 1
    // Recognition asks every format: now and then is enough. Decoders are kept as a hunt keeps them, and renewed so that a
    // finding can be repeated from few inputs.
    if runs % 16 == 1 { _ = Formats.recognise(head: bytes.span.bytes, fileExtension: "") }
    if runs % 512 == 1 { benches = formats.map { (Bench($0), Bench($0)) } }
    for index in benches.indices {
        let whole = benches[index].0.decoded(bytes, [0..<bytes.count])
        guard let boundary = boundary(formats[index], bytes) else { continue }
        let pieces = benches[index].1.decoded(bytes, [0..<boundary, boundary..<bytes.count])
        precondition(whole == pieces, "segments change the events")
    }
    return 0
}

/// Where a source of this format may be cut: a line belongs to the piece it starts in, a sequence may be cut anywhere.
private func boundary(_ format: any Format.Type, _ bytes: [UInt8]) -> Int? {
    let half = bytes.count / 2
    switch format.segmentation {
    case .lines: return bytes[..<half].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    case .sequence: return half
    default: return nil
    }
}

nonisolated(unsafe) private var runs = 0
nonisolated(unsafe) private var benches: [(Bench, Bench)] = []

/// A decoder with its vocabulary.
private struct Bench {
    var decoder: any Format
    var vocabulary = Vocabulary()
    var batch = EventBatch(base: ByteStorage([]))

    init(_ format: any Format.Type) { decoder = format.init() }

    /// Offset, length, time and field count of the events, after checking that the batch is sound.
    mutating func decoded(_ bytes: [UInt8], _ ranges: [Range<Int>]) -> [[Int64]] {
        var events: [[Int64]] = []
        let base = ByteStorage(bytes)
        decoder.begin(SourceFacts(path: "containers/0123456789abcdef/x.log", modified: Timestamp(nanoseconds: 0)))
        for (index, range) in ranges.enumerated() {
            batch.reset(base: base)
            decoder.decode(range, fileOffset: 0, into: &batch, vocabulary: &vocabulary)
            if index == ranges.count - 1 { decoder.finish(into: &batch, vocabulary: &vocabulary) }
            check(batch, vocabulary, count: bytes.count)
            events += batch.events.map { [$0.offset, Int64($0.length), $0.time.nanoseconds, Int64($0.slotCount)] }
        }
        return events
    }
}

private func check(_ batch: EventBatch, _ vocabulary: Vocabulary, count: Int) {
    var next = 0
    for head in batch.events {
        precondition(Int(head.firstSlot) == next && head.slotCount >= 0, "heads do not partition the slots")
        next += Int(head.slotCount)
        precondition(head.offset >= 0 && Int(head.offset) + Int(head.length) <= count, "record outside the source")
        precondition(head.hostSlot < next, "host outside the event")
        precondition(Int(head.origin.index) < vocabulary.origins.count, "unknown origin")
    }
    for slot in batch.slots {
        let limit = slot.inArena ? batch.arena.count : count
        precondition(Int(slot.offset) + Int(slot.length) <= limit, "slot outside the batch")
        precondition(Int(slot.field.index) < vocabulary.fieldNames.count, "unknown field")
    }
}
