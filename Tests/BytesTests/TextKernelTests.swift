import Bytes
import Testing

private func text(_ append: (inout [UInt8]) -> Void) -> String {
    var output: [UInt8] = []
    append(&output)
    return String(decoding: output, as: UTF8.self)
}

private func utf16le(_ units: [UInt16]) -> ByteStorage {
    ByteStorage(units.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] })
}

@Suite struct TextKernelTests {
    @Test func utf16AgreesWithTheStandardLibraryOnRandomUnits() {
        var random = SystemlessRandom(seed: 1)
        for round in 0..<2000 {
            let count = Int(random.next() % 40)
            let units = (0..<count).map { _ in
                switch random.next() % 4 {
                case 0: UInt16(truncatingIfNeeded: 0xD800 + random.next() % 0x800)
                case 1: UInt16(truncatingIfNeeded: random.next())
                default: UInt16(truncatingIfNeeded: random.next() % 0x80)
                }
            }
            let storage = utf16le(units)
            #expect(
                text { UTF16LE.appendUTF8(storage.bytes, to: &$0) } == String(decoding: units, as: UTF16.self),
                "\(round)")
        }
    }

    @Test func foldingLowersExactlyASCIICapitals() {
        let units = Array(UInt16(0)...0x17F)
        let folded = String(
            decoding: units.map { 0x41...0x5A ~= $0 ? $0 + 0x20 : $0 }, as: UTF16.self)
        let storage = utf16le(units)
        #expect(text { UTF16LE.appendFoldedUTF8(storage.bytes, to: &$0) } == folded)
    }

    @Test func lengthBeforeNULFindsTheFirstZeroUnit() {
        for length in 0..<20 {
            for position in 0...length {
                var units = [UInt16](repeating: 0x100, count: length)
                if position < length { units[position] = 0 }
                let storage = utf16le(units)
                #expect(UTF16LE.lengthBeforeNUL(storage.bytes) == position * 2)
            }
        }
    }

    @Test(arguments: [
        (UInt64(0), "1601-01-01T00:00:00.0000000Z"),
        (116_444_736_000_000_000, "1970-01-01T00:00:00.0000000Z"),
        (133_486_382_451_234_567, "2024-01-02T03:04:05.1234567Z"),
        (125_963_423_990_000_000, "2000-02-29T23:59:59.0000000Z"),
    ])
    func fileTimeText(fileTime: UInt64, expected: String) {
        #expect(text { WindowsTime.appendRFC3339(fileTime: fileTime, to: &$0) } == expected)
    }

    @Test func fileTimeSaturatesAndReturns() {
        #expect(WindowsTime.nanoseconds(fileTime: .max) == .max)
        #expect(WindowsTime.nanoseconds(fileTime: 0) == .min)
        for nanoseconds: Int64 in [0, 100, -100, 1_704_164_645_123_456_700] {
            #expect(WindowsTime.nanoseconds(fileTime: WindowsTime.fileTime(nanoseconds: nanoseconds)) == nanoseconds)
        }
    }

    @Test(arguments: [
        ("2024-01-02T03:04:05Z", Int64(1_704_164_645_000_000_000)),
        ("2024-01-02 03:04:05.1234567z", 1_704_164_645_123_456_700),
        ("2024-01-02T03:04:05.1234567891+01:30", 1_704_159_245_123_456_789),
        ("1969-12-31T23:59:59.5-00:00", -500_000_000),
    ])
    func rfc3339IsRead(source: String, expected: Int64) {
        #expect(RFC3339.nanoseconds(ByteStorage(Array(source.utf8)).bytes) == expected)
    }

    @Test(arguments: [
        "", "2024-01-02", "2024-13-02T03:04:05Z", "2023-02-29T00:00:00Z", "2024-01-02T24:00:00Z",
        "2024-01-02T03:04:05", "2024-01-02T03:04:05.Z", "2024-01-02T03:04:05Zx", "0001-01-01T00:00:00Z",
    ])
    func rfc3339IsRefused(source: String) {
        #expect(RFC3339.nanoseconds(ByteStorage(Array(source.utf8)).bytes) == nil)
    }

    @Test func rfc3339RoundTripsRandomInstants() {
        var random = SystemlessRandom(seed: 2)
        for _ in 0..<2000 {
            let instant = Int64(truncatingIfNeeded: random.next()) / 4
            var output: [UInt8] = []
            RFC3339.append(nanoseconds: instant, to: &output)
            #expect(RFC3339.nanoseconds(ByteStorage(output).bytes) == instant)
        }
    }

    @Test func identifiers() {
        let guid = ByteStorage([
            0x5F, 0x38, 0x70, 0x57, 0x2A, 0xC2, 0xE0, 0x43, 0xBF, 0x4C, 0x06, 0xF5, 0x69, 0x8F, 0xFB, 0xD9,
        ])
        #expect(text { BytesText.appendGUID(guid.bytes, to: &$0) } == "{5770385f-c22a-43e0-bf4c-06f5698ffbd9}")
        let sid = ByteStorage([1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0])
        #expect(text { BytesText.appendSID(sid.bytes, to: &$0) } == "S-1-5-32-544")
        let cut = ByteStorage([1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0])
        #expect(BytesText.appendSID(cut.bytes, to: &self.scratch) == false)
    }
    private var scratch: [UInt8] {
        get { [] }
        nonmutating set { #expect(newValue.isEmpty) }
    }

    @Test(arguments: [(UInt64(0), "0x0"), (16, "0x10"), (0x1410, "0x1410"), (.max, "0xffffffffffffffff")])
    func hexHasNoLeadingZeros(value: UInt64, expected: String) {
        #expect(text { BytesText.appendHex(value, to: &$0) } == expected)
    }

    @Test func jsonEscapingAgreesWithThePlainWayAtEveryPosition() {
        for byte in UInt8(0)...0x7F {
            for position in 0..<20 {
                var bytes = Array("prefix".utf8) + [UInt8](repeating: 0xC3, count: 20)
                bytes[6 + position] = byte
                let plain: String
                switch byte {
                case 0x22: plain = "\\\""
                case 0x5C: plain = "\\\\"
                case 0x08: plain = "\\b"
                case 0x09: plain = "\\t"
                case 0x0A: plain = "\\n"
                case 0x0C: plain = "\\f"
                case 0x0D: plain = "\\r"
                case 0..<0x20:
                    let digits = String(byte, radix: 16)
                    plain = "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                default: plain = String(UnicodeScalar(byte))
                }
                let expected = Array(bytes[0..<(6 + position)]) + Array(plain.utf8) + Array(bytes[(7 + position)...])
                BytesText.escapeJSON(&bytes, from: 6)
                #expect(bytes == expected, "\(byte) at \(position)")
            }
        }
    }

    @Test func decimals() {
        for value: Int64 in [0, 9, 10, 99, 100, .max, .min, -1, -10] {
            #expect(text { BytesText.appendDecimal(value, to: &$0) } == String(value))
        }
        #expect(text { BytesText.appendDecimal(UInt64.max, to: &$0) } == String(UInt64.max))
    }

    @Test func checksumAgreesWithTheBytewiseDefinition() {
        #expect(CRC32.checksum(ByteStorage(Array("123456789".utf8)).bytes) == 0xCBF4_3926)
        var random = SystemlessRandom(seed: 3)
        for length in 0..<100 {
            let bytes = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            var plain: UInt32 = 0xFFFF_FFFF
            for byte in bytes {
                plain ^= UInt32(byte)
                for _ in 0..<8 { plain = plain & 1 == 1 ? plain >> 1 ^ 0xEDB8_8320 : plain >> 1 }
            }
            #expect(CRC32.checksum(ByteStorage(bytes).bytes) == ~plain)
        }
    }

    @Test func appendingARangeTakesExactlyThat() {
        var output: [UInt8] = [9]
        let source: [UInt8] = [0, 1, 2, 3]
        output.append(source, from: 1, count: 2)
        for (start, count) in [(-1, 2), (3, 2), (0, 0), (0, -1), (Int.max, 1)] {
            output.append(source, from: start, count: count)
        }
        #expect(output == [9, 1, 2])
        // Outside of the macro: it cannot take a span apart.
        let storage = ByteStorage(source)
        let verdicts = [1, 3, 0].map { storage.bytes.equals(output, at: $0, from: 1, length: 2) }
        #expect(verdicts == [true, false, false])
    }

    @Test func readersAnswerNilOutOfBounds() {
        let storage = ByteStorage([1, 2, 3, 4, 5, 6, 7, 8])
        let bytes = storage.bytes
        #expect(bytes.uint64(at: 0) == 0x0807_0605_0403_0201)
        #expect(bytes.uint16(at: 6) == 0x0807)
        for offset in [-1, 1, 8, Int.max, Int.min] { #expect(bytes.uint64(at: offset) == nil) }
        for offset in [-1, 8, Int.max, Int.min] { #expect(bytes.uint8(at: offset) == nil) }
        #expect(bytes.firstOffset(of: 5) == 4)
        #expect(bytes.firstOffset(of: 5, from: 5) == nil)
        #expect(bytes.firstOffset(of: 5, from: -1) == nil)
    }
}

/// SplitMix64: the same numbers on every machine.
struct SystemlessRandom {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
