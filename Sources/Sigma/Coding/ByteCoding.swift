/// Writes values as bytes: little-endian integers, texts and lists with a 32-bit count before them.
struct ByteWriter {
    var bytes: [UInt8] = []

    mutating func append(_ value: some FixedWidthInteger) {
        let bits = UInt64(truncatingIfNeeded: value)
        for index in 0..<(value.bitWidth / 8) { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(8 * index))) }
    }

    mutating func append(_ text: String) {
        append(UInt32(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    mutating func append<Element>(_ list: [Element], _ body: (inout ByteWriter, Element) -> Void) {
        append(UInt32(list.count))
        for element in list { body(&self, element) }
    }

    mutating func append(_ texts: [String]) { append(texts) { $0.append($1) } }

    mutating func append<Value>(optional value: Value?, _ body: (inout ByteWriter, Value) -> Void) {
        append(UInt8(value == nil ? 0 : 1))
        if let value { body(&self, value) }
    }

    mutating func append(optional text: String?) { append(optional: text) { $0.append($1) } }
}

/// The bytes were not written by this version of ``ByteWriter``'s users, or have been damaged.
struct CodingFault: Error {}

/// Reads what ``ByteWriter`` wrote; any bytes give a value or a ``CodingFault``, never a trap.
struct ByteReader {
    private let bytes: [UInt8]
    private(set) var position = 0
    /// Nesting of values that contain values; hostile bytes must not exhaust the stack.
    var depth = 0
    static let depthLimit = 600

    init(_ bytes: [UInt8], from position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) throws(CodingFault) -> Value {
        let size = Value.bitWidth / 8
        guard bytes.count - position >= size else { throw CodingFault() }
        var bits: UInt64 = 0
        for index in 0..<size { bits |= UInt64(bytes[position + index]) << UInt64(8 * index) }
        position += size
        return Value(truncatingIfNeeded: bits)
    }

    mutating func text() throws(CodingFault) -> String {
        let length = Int(try integer(UInt32.self))
        guard length <= bytes.count - position else { throw CodingFault() }
        defer { position += length }
        return String(decoding: bytes[position..<position + length], as: UTF8.self)
    }

    mutating func list<Element>(
        _ body: (inout ByteReader) throws(CodingFault) -> Element
    ) throws(CodingFault) -> [Element] {
        let count = Int(try integer(UInt32.self))
        // Each element takes a byte at least, so a count past the end is a lie.
        guard count <= bytes.count - position else { throw CodingFault() }
        var list: [Element] = []
        list.reserveCapacity(count)
        for _ in 0..<count { list.append(try body(&self)) }
        return list
    }

    mutating func texts() throws(CodingFault) -> [String] {
        try list { (reader: inout ByteReader) throws(CodingFault) -> String in try reader.text() }
    }

    mutating func optionalText() throws(CodingFault) -> String? {
        try integer(UInt8.self) == 0 ? nil : try text()
    }
}
