/// A subnet.
struct NetworkPrefix: Hashable, Comparable, Sendable, Codable {
    var address: NetworkAddress
    /// Of 128; IPv4 prefixes are 96 longer.
    var bits: Int

    /// `172.18.0.0/16`; nil when it is none.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = NetworkAddress(String(parts[0])), let bits = Int(parts[1]),
            bits >= 0, bits <= (address.v4 == nil ? 128 : 32)
        else { return nil }
        self.address = address
        self.bits = address.v4 == nil ? bits : bits + 96
    }

    func contains(_ other: NetworkAddress) -> Bool { address.masked(bits) == other.masked(bits) }

    static func < (left: NetworkPrefix, right: NetworkPrefix) -> Bool {
        (left.address, left.bits) < (right.address, right.bits)
    }
}

extension NetworkAddress {
    /// The first `bits` of 128, the rest zero.
    func masked(_ bits: Int) -> NetworkAddress {
        let upper: UInt64 = bits >= 64 ? .max : bits <= 0 ? 0 : .max << UInt64(64 - bits)
        let lower: UInt64 = bits <= 64 ? 0 : bits >= 128 ? .max : .max << UInt64(128 - bits)
        return NetworkAddress(high: high & upper, low: low & lower)
    }
}
