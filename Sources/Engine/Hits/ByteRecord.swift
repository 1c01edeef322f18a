/// Appends integers and texts to a byte record; the other half of ``ByteRecordReader``.
///
/// The records of a hunt never leave its own temporary files, so the layout has no version: little-endian integers,
/// texts with a 32-bit length before them.
struct ByteRecordWriter {
    var bytes: [UInt8] = []

    mutating func append<Value: FixedWidthInteger>(_ value: Value) {
        let bits = UInt64(truncatingIfNeeded: value)
        for index in 0..<(Value.bitWidth / 8) { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(8 * index))) }
    }

    mutating func append(_ text: String) {
        append(UInt32(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    mutating func append(_ texts: [String]) {
        append(UInt32(texts.count))
        for text in texts { append(text) }
    }
}

/// Reads what ``ByteRecordWriter`` wrote. Past the end it gives zeros and empty texts, and ``isExhausted`` is set.
struct ByteRecordReader {
    let bytes: [UInt8]
    private(set) var position: Int
    private(set) var isExhausted = false

    init(_ bytes: [UInt8], at position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) -> Value {
        let size = Value.bitWidth / 8
        guard !isExhausted, position + size <= bytes.count else {
            isExhausted = true
            return 0
        }
        var value: Value = 0
        for index in 0..<size {
            value |= Value(truncatingIfNeeded: UInt64(bytes[position + index]) << UInt64(8 * index))
        }
        position += size
        return value
    }

    mutating func text() -> String {
        let length = Int(integer(UInt32.self))
        guard length > 0 else { return "" }
        guard position + length <= bytes.count else {
            isExhausted = true
            return ""
        }
        let text = String(decoding: bytes[position..<position + length], as: UTF8.self)
        position += length
        return text
    }

    mutating func texts() -> [String] { list { $0.text() } }

    /// A counted list; ends early where the record does.
    mutating func list<Element>(_ element: (inout ByteRecordReader) -> Element) -> [Element] {
        var list: [Element] = []
        var remaining = integer(UInt32.self)
        while remaining > 0, !isExhausted {
            list.append(element(&self))
            remaining -= 1
        }
        return list
    }
}
