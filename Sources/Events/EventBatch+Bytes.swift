public import Bytes

extension EventBatch {
    /// Hands the bytes of a value to `body`; none when the slot lies outside the batch. O(1).
    @inlinable
    public func withBytes<Result>(of slot: FieldSlot, _ body: (RawSpan) -> Result) -> Result {
        let offset = Int(slot.offset)
        let length = Int(slot.length)
        if slot.inArena {
            let bytes = arena.span.bytes
            guard bytes.holds(length, at: offset) else { return body(RawSpan()) }
            return body(bytes.extracting(offset..<(offset + length)))
        }
        let storage = base
        let bytes = storage.bytes
        guard bytes.holds(length, at: offset) else { return body(RawSpan()) }
        return body(bytes.extracting(offset..<(offset + length)))
    }
}
