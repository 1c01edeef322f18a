/// An IPv4 or IPv6 address as two integers; IPv4 as `::ffff:a.b.c.d`, so that both spellings of one address are equal.
struct NetworkAddress: Hashable, Comparable, Sendable, Codable {
    var high: UInt64
    var low: UInt64

    /// No address: a record that does not tell it.
    static let none = NetworkAddress(high: 0, low: 0)
    private static let mapped: UInt64 = 0xFFFF << 32

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// An IPv4 address, most significant byte first.
    init(v4: UInt32) { self.init(high: 0, low: NetworkAddress.mapped | UInt64(v4)) }

    var v4: UInt32? { high == 0 && low >> 32 == 0xFFFF ? UInt32(truncatingIfNeeded: low) : nil }

    /// 127.0.0.0/8 and ::1.
    var isLoopback: Bool { v4.map { $0 >> 24 == 127 } ?? (high == 0 && low == 1) }
    /// 169.254.0.0/16 and fe80::/10.
    var isLinkLocal: Bool { v4.map { $0 >> 16 == 0xA9FE } ?? (high >> 54 == 0x3FA) }
    /// RFC 1918 and fc00::/7.
    var isPrivate: Bool {
        guard let v4 else { return high >> 57 == 0x7E }
        return v4 >> 24 == 10 || v4 >> 20 == 0xAC1 || v4 >> 16 == 0xC0A8
    }
    /// Nobody's own: unspecified, multicast, broadcast.
    var isShared: Bool {
        guard let v4 else { return self == .none || high >> 56 == 0xFF }
        return v4 == 0 || v4 >> 28 == 0xE || v4 == .max
    }

    static func < (left: NetworkAddress, right: NetworkAddress) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension NetworkAddress {
    /// The address in `text`, without zone; nil when it is none. O(bytes), no allocation.
    init?(_ text: String) {
        let span = text.utf8Span
        self.init(span.span)
    }

    init?(_ bytes: borrowing Span<UInt8>) {
        guard bytes.count >= 2, bytes.count <= 45 else { return nil }
        if let v4 = NetworkAddress.v4(bytes, from: 0) {
            self.init(v4: v4)
            return
        }
        guard let address = NetworkAddress.v6(bytes) else { return nil }
        self = address
    }

    private static func v4(_ bytes: borrowing Span<UInt8>, from start: Int) -> UInt32? {
        guard bytes.count - start >= 7, bytes.count - start <= 15 else { return nil }
        var address: UInt32 = 0
        var part: UInt32 = 0
        var digits = 0
        var dots = 0
        for index in start..<bytes.count {
            let byte = bytes[index]
            if byte &- 0x30 < 10 {
                part = part * 10 + UInt32(byte - 0x30)
                digits += 1
                guard digits <= 3, part <= 255 else { return nil }
            } else {
                guard byte == 0x2E, digits > 0, dots < 3 else { return nil }
                address = address << 8 | part
                (part, digits) = (0, 0)
                dots += 1
            }
        }
        return dots == 3 && digits > 0 ? address << 8 | part : nil
    }

    /// RFC 4291 section 2.2: groups of hex digits, one `::`, and perhaps an IPv4 address at the end.
    private static func v6(_ bytes: borrowing Span<UInt8>) -> NetworkAddress? {
        var groups: [UInt16] = []
        var gap: Int?
        var index = 0
        while index < bytes.count {
            if bytes[index] == 0x25 { break }  // a zone follows
            if bytes[index] == 0x3A {
                if index + 1 < bytes.count, bytes[index + 1] == 0x3A {
                    guard gap == nil else { return nil }
                    gap = groups.count
                    index += 2
                    continue
                }
                guard index > 0, index + 1 < bytes.count, groups.count > 0 else { return nil }
                index += 1
            } else if !groups.isEmpty, gap != groups.count {
                return nil
            }
            if let v4 = v4(bytes, from: index), groups.count <= 6 {
                groups += [UInt16(v4 >> 16), UInt16(truncatingIfNeeded: v4)]
                break
            }
            var value: UInt32 = 0
            let start = index
            while index < bytes.count, let digit = hex(bytes[index]) {
                value = value << 4 | UInt32(digit)
                index += 1
                guard index - start <= 4 else { return nil }
            }
            guard index > start, groups.count < 8 else { return nil }
            groups.append(UInt16(value))
        }
        return whole(groups, gap)
    }

    private static func whole(_ groups: [UInt16], _ gap: Int?) -> NetworkAddress? {
        guard groups.count == 8 || (gap != nil && groups.count < 8) else { return nil }
        var all = groups
        if let gap { all.insert(contentsOf: Array(repeating: 0, count: 8 - groups.count), at: gap) }
        return NetworkAddress(
            high: all[0..<4].reduce(0) { $0 << 16 | UInt64($1) }, low: all[4..<8].reduce(0) { $0 << 16 | UInt64($1) })
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        if byte &- 0x30 < 10 { return byte - 0x30 }
        let lowered = byte | 0x20
        return lowered &- 0x61 < 6 ? lowered - 0x57 : nil
    }

    /// Dotted decimal, or hex groups with the first longest run of zeros left out (RFC 5952).
    var text: String {
        if let v4 { return [24, 16, 8, 0].map { String(v4 >> UInt32($0) & 0xFF) }.joined(separator: ".") }
        let groups =
            [48, 32, 16, 0].map { UInt16(truncatingIfNeeded: high >> UInt64($0)) }
            + [48, 32, 16, 0].map { UInt16(truncatingIfNeeded: low >> UInt64($0)) }
        var best = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > max(best.count, 1) { best = start..<end }
            start = max(end, start + 1)
        }
        func join(_ part: ArraySlice<UInt16>) -> String { part.map { String($0, radix: 16) }.joined(separator: ":") }
        return best.isEmpty
            ? join(groups[...]) : join(groups[..<best.lowerBound]) + "::" + join(groups[best.upperBound...])
    }
}
