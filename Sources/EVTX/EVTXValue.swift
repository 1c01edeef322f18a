import Bytes

/// A substitution value where it lies: nothing is copied or decoded. 8 bytes.
///
/// Its bytes are `window.slice(at: Int(value.offset), length: value.count)` of the window it was decoded from.
public struct EVTXValue: Hashable, Sendable {
    /// Where its bytes begin, from the start of the window it was decoded from.
    public var offset: UInt32
    /// Number of its bytes.
    public var length: UInt16
    /// How to read them.
    public var type: EVTXValueType

    /// A value from its parts.
    @inlinable @inline(__always)
    public init(offset: UInt32, length: UInt16, type: EVTXValueType) {
        self.offset = offset
        self.length = length
        self.type = type
    }

    /// The value that a descriptor (`size16 type8 reserved8`) announces.
    @inline(__always)
    init?(_ bytes: RawSpan, descriptorAt descriptor: Int, valueAt place: Int) {
        guard let packed = bytes.uint32(at: descriptor), let offset = UInt32(exactly: place) else { return nil }
        self.init(
            offset: offset, length: UInt16(truncatingIfNeeded: packed),
            type: EVTXValueType(rawValue: UInt8(truncatingIfNeeded: packed >> 16)))
    }

    /// ``length`` as an Int.
    @inlinable @inline(__always)
    public var count: Int { Int(length) }

    /// Whether there is nothing: the null type, or no bytes.
    @inlinable @inline(__always)
    public var isEmpty: Bool { length == 0 || type == .null }
}
