import Bytes
import Events
import Formats

// libFuzzer target: any bytes through the JSON scanner, the decoders that build on it, and recognition.
//
// Built with `-sanitize=fuzzer -parse-as-library` against the package's modules; run with `-max_len=65536`.
//
// Besides "no crash and no hang" it checks what must hold for any input: slots lie inside their batch, heads partition the
// slots, raw records lie inside the source, and cutting a log into two segments gives the events of the whole.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // Safe: libFuzzer hands over `count` readable bytes for the time of the call; they are copied.
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    _ = Formats.recognise(head: bytes.span.bytes, fileExtension: "json")
    let whole = decoded(NDJSONFormat(), bytes, [0..<bytes.count])
    let cut = bytes.count / 2
    // A line belongs to the piece it starts in.
    let boundary = bytes[..<cut].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let pieces = decoded(NDJSONFormat(), bytes, [0..<boundary, boundary..<bytes.count])
    precondition(whole == pieces, "segments change the events")
    _ = decoded(JSONFormat(), bytes, [0..<bytes.count])
    _ = decoded(DockerEventsFormat(), bytes, [0..<bytes.count])
    _ = decoded(DockerInspectFormat(), bytes, [0..<bytes.count])
    return 0
}

/// Offsets of the events, after checking that the batch is sound.
private func decoded(_ format: some Format, _ bytes: [UInt8], _ ranges: [Range<Int>]) -> [Int64] {
    var decoder = format
    var vocabulary = Vocabulary()
    var batch = EventBatch(base: ByteStorage(bytes))
    var offsets: [Int64] = []
    for range in ranges {
        batch.reset(base: batch.base)
        decoder.decode(range, fileOffset: 0, into: &batch, vocabulary: &vocabulary)
        check(batch, vocabulary, count: bytes.count)
        offsets += batch.events.map(\.offset)
    }
    return offsets
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
