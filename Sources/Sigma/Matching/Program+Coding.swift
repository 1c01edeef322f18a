import Bytes

extension Program {
    /// Version of the encoded form; raised with every change of it or of what compiling does.
    public static let encodingVersion: UInt32 = 1

    private static let magic: UInt32 = 0x504D_4753  // "SGMP"
    private static let headerLength = 24

    /// The program in compact form: rules as flat code and the taxonomy's share, without metadata. About 500 bytes per
    /// rule; routes are compiled again when asked for.
    public func encode() -> [UInt8] {
        var writer = CodeWriter()
        writer.write(code)
        var header = CodeWriter()
        header.number(Self.magic)
        header.number(Self.encodingVersion)
        header.number(UInt32(ignoreLogSource ? 1 : 0))
        header.number(UInt32(writer.bytes.count))
        header.number(CodeWriter.checksum(writer.bytes.span.bytes))
        return header.bytes + writer.bytes
    }

    /// Reads what ``encode()`` wrote. O(bytes), with every index checked: a damaged or hostile file throws, it never traps
    /// later.
    public init(decoding bytes: RawSpan) throws(ProgramDecodingError) {
        guard bytes.byteCount >= Self.headerLength, bytes.uint32(at: 0) == Self.magic else { throw .notAProgram }
        guard bytes.uint32(at: 4) == Self.encodingVersion else { throw .otherVersion(bytes.uint32(at: 4) ?? 0) }
        let payload = bytes.extracting(Self.headerLength..<bytes.byteCount)
        guard bytes.uint32(at: 12).map({ Int($0) }) == payload.byteCount,
            bytes.uint64(at: 16) == CodeWriter.checksum(payload)
        else { throw .damaged }
        var reader = CodeReader(payload)
        let code = try reader.code()
        try code.validate()
        self.init(code: code, ignoreLogSource: bytes.uint32(at: 8) == 1)
    }
}

/// Why bytes are not a program that can be used.
public enum ProgramDecodingError: Error, Sendable, Equatable {
    /// Not an encoded program at all.
    case notAProgram
    /// Written by another version.
    case otherVersion(UInt32)
    /// Cut short or changed.
    case damaged
    /// The checksum is right and the contents are not.
    case invalid(String)
}

/// Writes flat code, numbers little endian.
struct CodeWriter {
    private(set) var bytes: [UInt8] = []

    mutating func number<Number: FixedWidthInteger>(_ value: Number) {
        for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> Number(shift)))
        }
    }

    mutating func text(_ text: String) {
        number(UInt32(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func list<Element>(_ elements: [Element], _ write: (inout CodeWriter, Element) -> Void) {
        number(UInt32(elements.count))
        for element in elements { write(&self, element) }
    }

    private mutating func slice(_ slice: FlatTest.Slice) {
        number(slice.start)
        number(slice.count)
    }

    mutating func write(_ code: RuleCode) {
        list(code.names) { $0.text($1) }
        number(UInt32(code.pool.count))
        bytes += code.pool
        list(code.tests) { $0.write($1) }
        list(code.words) { $0.number($1) }
        list(code.rules) { writer, rule in
            writer.number(rule.start)
            writer.number(rule.count)
            writer.number(rule.source)
            writer.text(rule.rejection)
        }
        list(code.sources) { $0.write($1) }
    }

    private mutating func write(_ test: FlatTest) {
        number(test.kind.rawValue)
        number(test.flag)
        number(test.gateAnchor)
        number(test.field)
        number(test.extra)
        slice(test.text)
        slice(test.gate)
        number(test.bits)
    }

    private mutating func write(_ source: RuleCode.FlatSource) {
        text(source.source.category ?? "")
        text(source.source.product ?? "")
        text(source.source.service ?? "")
        text(source.unavailable)
        list(source.entries) { writer, entry in
            writer.text(entry.product)
            writer.list(entry.channels) { $0.text($1) }
            writer.list(entry.providers) { $0.text($1) }
            writer.list(entry.eventIDs) { $0.number(Int64($1)) }
            writer.number(entry.guardStart)
            writer.number(entry.guardCount)
            writer.list(entry.renames) {
                $0.number($1.rule)
                $0.number($1.event)
            }
        }
    }

    /// Finds accidental damage; eight bytes a step.
    static func checksum(_ bytes: RawSpan) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        var offset = 0
        while let word = bytes.uint64(at: offset) {
            hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 29
            offset += 8
        }
        while let byte = bytes.uint8(at: offset) {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
            offset += 1
        }
        return hash
    }
}
