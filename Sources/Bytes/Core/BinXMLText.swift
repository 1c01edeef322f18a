/// Values as Windows shows them.
///
/// GUIDs `{lower-case}`, hex `0x1410` without leading zeros, times `2024-01-02T03:04:05.1234567Z`, booleans `true` and
/// `false`, SIDs `S-1-…`, bytes in upper-case hex, text untrimmed.
public enum BinXMLText {
    /// Appends the text of a value as UTF-8; nothing for the null type, for no bytes and for fragments of XML. Items of an
    /// array are separated by a comma and a space; use ``forEachItem(_:_:at:length:_:)`` to have them one by one.
    public static func append(
        _ type: BinXMLValueType, _ window: RawSpan, at offset: Int, length: Int, to output: inout [UInt8]
    ) {
        guard length > 0, let bytes = window.slice(at: offset, length: length) else { return }
        if type.isArray {
            var isFirst = true
            forEachItem(type, window, at: offset, length: length) { type, offset, length in
                if !isFirst { output.append(contentsOf: ", ".utf8) }
                isFirst = false
                append(type, window, at: offset, length: length, to: &output)
            }
            return
        }
        switch type {
        case .string:
            appendString(bytes, to: &output)
        case .ansiString:
            appendANSI(bytes, to: &output)
        case .guid:
            BytesText.appendGUID(bytes, to: &output)
        case .sid:
            BytesText.appendSID(bytes, to: &output)
        case .fileTime:
            if let time = bytes.uint64(at: 0) { WindowsTime.appendRFC3339(fileTime: time, to: &output) }
        case .systemTime:
            appendSystemTime(bytes, to: &output)
        case .binary:
            BytesText.appendHex(bytes, uppercase: true, to: &output)
        case .float:
            if let bits = bytes.uint32(at: 0) { appendReal(Float(bitPattern: bits), to: &output) }
        case .double:
            if let bits = bytes.uint64(at: 0) { appendReal(Double(bitPattern: bits), to: &output) }
        case .bool:
            if let value = unsigned(bytes) { output.append(contentsOf: (value != 0 ? "true" : "false").utf8) }
        case .hexInt32, .hexInt64, .sizeT:
            if let value = unsigned(bytes) { BytesText.appendHex(value, to: &output) }
        case .uint8, .uint16, .uint32, .uint64:
            if let value = unsigned(bytes) { BytesText.appendDecimal(value, to: &output) }
        case .int8, .int16, .int32, .int64:
            if let value = signed(bytes) { BytesText.appendDecimal(value, to: &output) }
        default:
            break
        }
    }

    /// The little-endian unsigned integer that all bytes together are: 1, 2, 4 or 8 of them; nil for any other number.
    /// Reads `uint*`, `hexInt*`, `sizeT`, `bool` and `fileTime` values. O(1).
    @inlinable
    public static func unsigned(_ bytes: RawSpan) -> UInt64? {
        switch bytes.byteCount {
        case 1: bytes.uint8(at: 0).map(UInt64.init)
        case 2: bytes.uint16(at: 0).map(UInt64.init)
        case 4: bytes.uint32(at: 0).map(UInt64.init)
        case 8: bytes.uint64(at: 0)
        default: nil
        }
    }

    /// The little-endian signed integer that all bytes together are: 1, 2, 4 or 8 of them; nil for any other number.
    @inlinable
    public static func signed(_ bytes: RawSpan) -> Int64? {
        switch bytes.byteCount {
        case 1: bytes.uint8(at: 0).map { Int64(Int8(bitPattern: $0)) }
        case 2: bytes.uint16(at: 0).map { Int64(Int16(bitPattern: $0)) }
        case 4: bytes.uint32(at: 0).map { Int64(Int32(bitPattern: $0)) }
        case 8: bytes.uint64(at: 0).map { Int64(bitPattern: $0) }
        default: nil
        }
    }

    /// Calls `body` with the type, window offset and length of each item of an array; once for a scalar. Text arrays are
    /// NUL-terminated strings, SID arrays are walked by their sub-authority counts. A rest that is no item is dropped.
    public static func forEachItem(
        _ type: BinXMLValueType, _ window: RawSpan, at offset: Int, length: Int,
        _ body: (BinXMLValueType, Int, Int) -> Void
    ) {
        guard type.isArray else { return body(type, offset, length) }
        let element = type.element
        let end = offset + length
        var place = offset
        guard window.holds(length, at: offset) else { return }
        while place < end {
            var size: Int
            var step: Int
            switch element {
            case .string:
                guard let rest = window.slice(at: place, length: end - place) else { return }
                size = UTF16LE.lengthBeforeNUL(rest)
                step = size + 2
            case .ansiString:
                guard let rest = window.slice(at: place, length: end - place) else { return }
                size = rest.firstOffset(of: 0) ?? rest.byteCount
                step = size + 1
            case .sid:
                guard let rest = window.slice(at: place, length: end - place),
                    let length = BytesText.sidLength(rest)
                else { return }
                size = length
                step = length
            case .sizeT:
                // 8 bytes each where that divides, otherwise 4.
                size = length % 8 == 0 ? 8 : 4
                step = size
            default:
                guard let fixed = element.fixedSize else { return body(element, offset, length) }
                size = fixed
                step = fixed
            }
            guard place + size <= end else { return }
            body(element, place, size)
            place += step
        }
    }

    /// Text up to the first NUL.
    @inline(__always)
    private static func appendString(_ bytes: RawSpan, to output: inout [UInt8]) {
        let length = UTF16LE.lengthBeforeNUL(bytes)
        guard let text = bytes.slice(at: 0, length: length) else { return }
        UTF16LE.appendUTF8(text, to: &output)
    }

    /// Text in an unnamed code page, up to the first NUL, read as Windows-1252: every byte has a character.
    private static func appendANSI(_ bytes: RawSpan, to output: inout [UInt8]) {
        var offset = 0
        while let byte = bytes.uint8(at: offset), byte != 0 {
            offset += 1
            guard byte >= 0x80 else {
                output.append(byte)
                continue
            }
            let code = byte < 0xA0 ? windows1252[Int(byte - 0x80)] : UInt16(byte)
            if code < 0x800 {
                output.append(UInt8(truncatingIfNeeded: 0xC0 | code >> 6))
            } else {
                output.append(UInt8(truncatingIfNeeded: 0xE0 | code >> 12))
                output.append(UInt8(truncatingIfNeeded: 0x80 | code >> 6 & 0x3F))
            }
            output.append(UInt8(truncatingIfNeeded: 0x80 | code & 0x3F))
        }
    }

    /// Windows-1252, bytes 0x80–0x9F; the five unassigned ones as the C1 controls that browsers read them as.
    private static let windows1252: [UInt16] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
        0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
        0x0153, 0x9D, 0x017E, 0x0178,
    ]

    /// SYSTEMTIME: year, month, weekday, day, hour, minute, second, millisecond, 16 bits each.
    private static func appendSystemTime(_ bytes: RawSpan, to output: inout [UInt8]) {
        guard let year = bytes.uint16(at: 0), let month = bytes.uint16(at: 2), let day = bytes.uint16(at: 6),
            let hour = bytes.uint16(at: 8), let minute = bytes.uint16(at: 10), let second = bytes.uint16(at: 12),
            let millisecond = bytes.uint16(at: 14)
        else { return }
        RFC3339.append(
            CivilDate(year: Int(year), month: Int(month % 100), day: Int(day % 100)),
            secondOfDay: Int(hour % 24) * 3600 + Int(minute % 60) * 60 + Int(second % 60),
            fraction: Int(millisecond % 1000), digits: 3, to: &output)
    }

    private static func appendReal<Real: BinaryFloatingPoint & LosslessStringConvertible>(
        _ value: Real, to output: inout [UInt8]
    ) {
        output.append(contentsOf: value.description.utf8)
    }
}
