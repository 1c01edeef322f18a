import Bytes

/// The fixed part of a template instance.
///
/// ```
///   0C 01 | id32 | definition32 | [ next32 guid128 size32 body[size] ] | count32 | (size16 type8 0)*count | values
///                   chunk offset    only when definition32 points here
/// ```
struct TemplateInstanceHead {
    /// First four bytes of the definition's GUID.
    let identifier: UInt32
    /// Window offset of the definition.
    let definitionOffset: Int
    /// Window offset of the first value descriptor.
    let descriptorsOffset: Int
    /// Number of values.
    let valueCount: Int

    /// Window offset of the first value.
    var valuesOffset: Int { descriptorsOffset + 4 * valueCount }

    /// Reads the head at `position` (of the `0C`), or answers nil when it does not fit before `end`.
    @inline(__always)
    init?(_ bytes: RawSpan, at position: Int, end: Int, chunkBase: Int, maximumValues: Int) {
        guard let identifier = bytes.uint32(at: position + 2), let definition = bytes.uint32(at: position + 6) else {
            return nil
        }
        var cursor = position + 10
        let definitionOffset = chunkBase + Int(definition)
        if definitionOffset == cursor {
            guard let size = bytes.uint32(at: cursor + 20) else { return nil }
            cursor += 24 + Int(size)
        }
        guard cursor + 4 <= end, let count = bytes.uint32(at: cursor), Int(count) <= maximumValues,
            cursor + 4 + 4 * Int(count) <= end
        else { return nil }
        self.identifier = identifier
        self.definitionOffset = definitionOffset
        self.descriptorsOffset = cursor + 4
        self.valueCount = Int(count)
    }
}
