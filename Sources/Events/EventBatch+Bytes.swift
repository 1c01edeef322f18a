public import Bytes

extension EventBatch {
    /// Hands the bytes of a value to `body`; none when the slot lies outside the batch. O(1).
    @inlinable
    public func withBytes<Result>(of slot: FieldSlot, _ body: (RawSpan) -> Result) -> Result {
        let offset = Int(slot.offset)
        let length = Int(slot.length)
        if slot.inArena {
            guard let bytes = arena.span.bytes.slice(at: offset, length: length) else { return body(RawSpan()) }
            return body(bytes)
        }
        let storage = base
        guard let bytes = storage.bytes.slice(at: offset, length: length) else { return body(RawSpan()) }
        return body(bytes)
    }
}
