import Bytes

/// The columns that Zeek's logs usually have, for logs whose head was cut off.
enum ZeekColumns {
    private static let connection = ["ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p"]
    private static let rest: [String: [String]] = [
        "conn": [
            "proto", "service", "duration", "orig_bytes", "resp_bytes", "conn_state", "local_orig", "local_resp",
            "missed_bytes", "history", "orig_pkts", "orig_ip_bytes", "resp_pkts", "resp_ip_bytes", "tunnel_parents",
        ],
        "dns": [
            "proto", "trans_id", "rtt", "query", "qclass", "qclass_name", "qtype", "qtype_name", "rcode", "rcode_name",
            "AA", "TC", "RD", "RA", "Z", "answers", "TTLs", "rejected",
        ],
    ]
    private static let sets: Set<String> = ["tunnel_parents", "answers", "TTLs"]

    /// The columns of a log of `count` columns; those of a connection only, and numbers, where the type is not known or
    /// has fewer.
    static func usual(path: String, count: Int) -> ZeekHeader {
        let file = path.split(separator: "/").last ?? ""
        let type = rest.keys.sorted().first { file.contains($0) }
        let known = connection + (type.flatMap { rest[$0] } ?? [])
        // Later versions append columns; a log with fewer is another one.
        let names = count >= known.count ? known : connection
        let further =
            names.count < count ? (names.count..<min(count, ZeekHeader.columnLimit)).map { "column\($0 + 1)" } : []
        return ZeekHeader(usual: names + further, sets: sets)
    }

    /// Whether a line begins with a time, a uid, and two ends.
    static func beginsLikeConnection(_ line: RawSpan) -> Bool {
        var starts = [0]
        while starts.count < 8, let tab = line.firstOffset(of: 0x09, from: starts.last ?? 0) { starts.append(tab + 1) }
        guard starts.count >= 7 else { return false }
        let columns = zip(starts, starts.dropFirst()).map { $0..<($1 - 1) }
        let time = line.extracting(columns[0])
        let uid = line.extracting(columns[1])
        return EventTime.parse(time) != nil && time.firstOffset(of: UInt8(ascii: ".")) == 10
            && uid.uint8(at: 0) == UInt8(ascii: "C") && 12...20 ~= uid.byteCount
            && isAddress(line.extracting(columns[2])) && DecimalText.parse(line.extracting(columns[3])) != nil
            && isAddress(line.extracting(columns[4])) && DecimalText.parse(line.extracting(columns[5])) != nil
    }

    private static func isAddress(_ text: RawSpan) -> Bool {
        guard 2...45 ~= text.byteCount else { return false }
        for index in 0..<text.byteCount {
            guard let byte = text.uint8(at: index) else { return false }
            let isHex = byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6
            guard isHex || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":") else { return false }
        }
        return text.firstOffset(of: UInt8(ascii: ".")) != nil || text.firstOffset(of: UInt8(ascii: ":")) != nil
    }
}
