import Bytes
import Events

/// Socket addresses.
extension AuditdDecoder {
    private static let families: [Int: [UInt8]] = [
        1: Array("unix".utf8), 2: Array("inet".utf8), 10: Array("inet6".utf8), 16: Array("netlink".utf8),
        17: Array("packet".utf8), 38: Array("alg".utf8), 40: Array("vsock".utf8),
    ]

    /// `saddr`: the kernel's `struct sockaddr` in hexadecimal. The family is in the machine's byte order (little-endian on all
    /// that the tables know), ports and addresses in the network's.
    ///
    ///     0200 0050 0A000001 …              inet   port address
    ///     0A00 01BB 00000000 <16 bytes> …   inet6  port flow address
    ///     0100 2F72756E2F78 00 …            unix   path; abstract ones begin with 00
    mutating func readSocketAddress(
        _ text: RawSpan, _ value: Value, into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        guard value.form == .bare, let start = decode(text, value.range, always: true, into: &batch) else { return }
        let address = Array(batch.arena[start...])
        batch.arena.removeLast(address.count)
        guard address.count >= 2 else { return }
        let family = Int(address[0]) | Int(address[1]) << 8
        addText(names.family, Self.families[family] ?? TraceText.digits(family), into: &batch, &vocabulary)
        switch family {
        case 1: addSocketPath(address[2...], into: &batch, &vocabulary)
        case 2 where address.count >= 8:
            let parts = address[4..<8].map { String($0) }
            addText(names.address, parts.joined(separator: ".").utf8, into: &batch, &vocabulary)
            addPort(address, into: &batch, &vocabulary)
        case 10 where address.count >= 24:
            addText(names.address, Self.ipv6(Array(address[8..<24])), into: &batch, &vocabulary)
            addPort(address, into: &batch, &vocabulary)
        default: break
        }
    }

    private mutating func addPort(
        _ address: [UInt8], into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        addText(
            names.port, TraceText.digits(Int(address[2]) << 8 | Int(address[3])), into: &batch, &vocabulary)
    }

    private mutating func addSocketPath(
        _ bytes: ArraySlice<UInt8>, into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        guard let first = bytes.first else { return }
        var path = first == 0 ? [UInt8(ascii: "@")] : []
        for byte in first == 0 ? bytes.dropFirst() : bytes {
            if byte == 0 { break }
            path.append(byte)
        }
        addText(names.socketPath, path, into: &batch, &vocabulary)
    }

    /// The text of an IPv6 address as RFC 5952 has it: the longest run of zero groups as `::`, addresses that stand for an
    /// IPv4 one as `::ffff:10.0.0.1`.
    static func ipv6(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.count == 16 else { return [] }
        let groups = (0..<8).map { Int(bytes[2 * $0]) << 8 | Int(bytes[2 * $0 + 1]) }
        if groups[..<5].allSatisfy({ $0 == 0 }), groups[5] == 0xFFFF {
            return Array(("::ffff:" + bytes[12...].map { String($0) }.joined(separator: ".")).utf8)
        }
        var best = 0..<0
        var index = 0
        while index < 8 {
            var end = index
            while end < 8, groups[end] == 0 { end += 1 }
            if end - index > max(1, best.count) { best = index..<end }
            index = max(end, index + 1)
        }
        func text(_ part: ArraySlice<Int>) -> String { part.map { String($0, radix: 16) }.joined(separator: ":") }
        if best.isEmpty { return Array(text(groups[...]).utf8) }
        return Array((text(groups[..<best.lowerBound]) + "::" + text(groups[best.upperBound...])).utf8)
    }
}
