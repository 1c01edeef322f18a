/// Reads numbers and addresses from a value's bytes without making strings of the common forms.
enum ValueText {
    /// The number when the whole value is `[+-]?digits[.digits]`.
    static func decimal(_ text: [UInt8], _ range: Range<Int>) -> Double? {
        var at = range.lowerBound
        let end = range.upperBound
        guard at < end else { return nil }
        let negative = text[at] == UInt8(ascii: "-")
        if negative || text[at] == UInt8(ascii: "+") { at += 1 }
        let first = at
        var value: UInt64 = 0
        while at < end, text[at] &- 0x30 < 10 {
            value = value &* 10 &+ UInt64(text[at] &- 0x30)
            at += 1
        }
        guard at > first else { return nil }
        if at == end, at - first <= 15 { return negative ? -Double(value) : Double(value) }
        if at < end {
            guard text[at] == UInt8(ascii: "."), at + 1 < end else { return nil }
            at += 1
            while at < end, text[at] &- 0x30 < 10 { at += 1 }
            guard at == end else { return nil }
        }
        return Double(string(text, range))
    }

    /// Whether the value is an address inside the network `pool[network]` / `prefix`. White space around it is allowed.
    static func isAddress(
        _ text: [UInt8], _ range: Range<Int>, in pool: [UInt8], network: Range<Int>, prefix: Int
    ) -> Bool {
        guard range.count <= 1024 else { return false }
        if network.count == 4, let address = version4(text, range) {
            var expected: UInt32 = 0
            for index in network { expected = expected << 8 | UInt32(pool[index]) }
            let mask: UInt32 = prefix == 0 ? 0 : UInt32.max << UInt32(32 - min(prefix, 32))
            return address & mask == expected & mask
        }
        guard let address = IPAddress.bytes(string(text, range)), address.count == network.count else { return false }
        for (index, byte) in address.enumerated() {
            let kept = max(0, min(8, prefix - index * 8))
            let mask: UInt8 = kept == 0 ? 0 : 0xFF << UInt8(8 - kept)
            if byte & mask != pool[network.lowerBound + index] & mask { return false }
        }
        return true
    }

    /// Four octets and nothing around them; `nil` for everything else, which the general reader then judges.
    private static func version4(_ text: [UInt8], _ range: Range<Int>) -> UInt32? {
        var address: UInt32 = 0
        var octet: UInt32 = 0
        var digits = 0
        var octets = 1
        for index in range {
            let byte = text[index]
            if byte &- 0x30 < 10 {
                if digits > 0, octet == 0 { return nil }
                octet = octet * 10 + UInt32(byte &- 0x30)
                digits += 1
                if octet > 255 { return nil }
            } else {
                guard byte == UInt8(ascii: "."), digits > 0, octets < 4 else { return nil }
                address = address << 8 | octet
                octet = 0
                digits = 0
                octets += 1
            }
        }
        guard octets == 4, digits > 0 else { return nil }
        return address << 8 | octet
    }

    /// The bytes as a string.
    static func string(_ text: [UInt8], _ range: Range<Int>) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        for index in range { bytes.append(text[index]) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
