/// Reading IP addresses, by the strict text forms: no leading zeros in IPv4, one `::` in IPv6, an IPv6 zone is dropped.
enum IPAddress {
    /// 4 or 16 bytes in network order; `nil` when `text` is not an address. White space around it is allowed.
    static func bytes(_ text: String) -> [UInt8]? {
        var bytes = Array(text.utf8)[...]
        while let first = bytes.first, isSpace(first) { bytes = bytes.dropFirst() }
        while let last = bytes.last, isSpace(last) { bytes = bytes.dropLast() }
        guard bytes.count <= 64 else { return nil }
        return bytes.contains(UInt8(ascii: ":")) ? version6(bytes) : version4(bytes)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func version4(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var address: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            guard part.count == 1 || part.first != 0x30 else { return nil }
            let number = part.reduce(0) { $0 * 10 + Int($1 - 0x30) }
            guard let byte = UInt8(exactly: number) else { return nil }
            address.append(byte)
        }
        return address
    }

    private static func version6(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        var bytes = bytes
        if let zone = bytes.firstIndex(of: UInt8(ascii: "%")) {
            guard zone + 1 < bytes.endIndex, !bytes[(zone + 1)...].contains(UInt8(ascii: "%")) else { return nil }
            bytes = bytes[..<zone]
        }
        var parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count >= 3, parts.count <= 9 else { return nil }
        var tail: [UInt8] = []
        if let last = parts.last, last.contains(UInt8(ascii: ".")) {
            guard let mapped = version4(last) else { return nil }
            tail = mapped
            parts.removeLast()
        }
        return groups(parts, tail: tail)
    }

    private static func groups(_ parts: [ArraySlice<UInt8>], tail: [UInt8]) -> [UInt8]? {
        // "::" shows as one empty part in the middle, or two at an end ("::1" = "", "", "1"); three for "::" alone.
        var parts = parts
        if parts.first?.isEmpty == true {
            guard parts.count > 1, parts[1].isEmpty else { return nil }
            parts.removeFirst()
        }
        if parts.count > 1, parts.last?.isEmpty == true, tail.isEmpty {
            guard parts[parts.count - 2].isEmpty else { return nil }
            parts.removeLast()
        }
        var before: [UInt8] = []
        var after: [UInt8] = []
        var compressed = false
        for part in parts {
            if part.isEmpty {
                guard !compressed else { return nil }
                compressed = true
                continue
            }
            guard part.count <= 4, let group = UInt16(String(decoding: part, as: UTF8.self), radix: 16),
                part.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") })
            else { return nil }
            let pair = [UInt8(group >> 8), UInt8(group & 0xFF)]
            if compressed { after += pair } else { before += pair }
        }
        after += tail
        let missing = 16 - before.count - after.count
        guard compressed ? missing >= 2 : missing == 0 else { return nil }
        return before + [UInt8](repeating: 0, count: missing) + after
    }
}

extension Network {
    /// Reads `address/prefix` or an address alone; `nil` when it is neither, or has bits behind the prefix.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let first = parts.first, let address = IPAddress.bytes(String(first)) else {
            return nil
        }
        var prefix = address.count * 8
        if parts.count == 2 {
            guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let given = Int(parts[1]), given <= prefix
            else {
                return nil
            }
            prefix = given
        }
        let whole = Network(address: address, prefixLength: prefix)
        guard whole.masked(address) == address else { return nil }
        self = whole
    }

    private func masked(_ bytes: [UInt8]) -> [UInt8] {
        bytes.enumerated().map { index, byte in
            let kept = max(0, min(8, prefixLength - index * 8))
            return kept == 0 ? 0 : byte & (0xFF << UInt8(8 - kept))
        }
    }

    /// Whether an address of the same family lies inside. `bytes`: 4 or 16, network order.
    public func contains(_ bytes: [UInt8]) -> Bool { bytes.count == address.count && masked(bytes) == address }

    /// Whether `text` is an address inside the network.
    public func contains(text: String) -> Bool {
        guard let bytes = IPAddress.bytes(text) else { return false }
        return contains(bytes)
    }
}
