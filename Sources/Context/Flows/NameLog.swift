import Events

/// Names that were asked for, by client and zone: a sample of each zone's names that does not depend on order.
///
/// Bounded: ``nameLimit`` names a zone (those with the smallest hashes: an even sample), ``zoneLimit`` zones in order.
struct NameLog: Sendable, Codable {
    /// Most names that are kept of one zone.
    static let nameLimit = 256
    /// Most zones, over all clients.
    static let zoneLimit = 1 << 14

    struct Zone: Hashable, Comparable, Sendable, Codable {
        var client: NetworkAddress
        var server: NetworkAddress
        var name: String

        static func < (left: Zone, right: Zone) -> Bool {
            if left.client != right.client { return left.client < right.client }
            if left.name != right.name { return left.name < right.name }
            return left.server < right.server
        }
    }

    struct Query: Hashable, Sendable, Codable {
        var first: Int64
        var last: Int64
        /// Whether a record that carries free text was asked for: TXT, NULL, ANY.
        var isText: Bool
        var host: String
        var place: EventPlace

        mutating func formUnion(_ other: Query) {
            first = min(first, other.first)
            last = max(last, other.last)
            isText = isText || other.isText
            if !other.host.isEmpty, host.isEmpty || other.host < host { host = other.host }
            if place == .none || (other.place != .none && other.place < place) { place = other.place }
        }
    }

    private(set) var zones: [Zone: [String: Query]] = [:]
    private(set) var evicted = 0

    mutating func observe(_ name: String, type: String, _ record: FlowRecord, _ view: EventView) {
        guard let (label, zone) = NameLog.split(name) else { return }
        let key = Zone(client: record.source, server: record.destination, name: zone)
        let time = view.time.nanoseconds
        let isText = type == "TXT" || type == "NULL" || type == "ANY" || type == "CNAME" || type == "16" || type == "10"
        add(
            label,
            Query(first: time, last: time, isText: isText, host: ASCII.lowered(view.host), place: view.place), key)
        if zones.count > 2 * NameLog.zoneLimit { trim() }
    }

    mutating func merge(_ other: NameLog) {
        for (zone, names) in other.zones { for (name, query) in names { add(name, query, zone) } }
        evicted += other.evicted
        if zones.count > 2 * NameLog.zoneLimit { trim() }
    }

    mutating func trim() {
        for zone in zones.keys { NameLog.bound(&zones[zone, default: [:]]) }
        guard zones.count > NameLog.zoneLimit else { return }
        for zone in zones.keys.sorted().dropFirst(NameLog.zoneLimit) {
            zones.removeValue(forKey: zone)
            evicted += 1
        }
    }

    private mutating func add(_ name: String, _ query: Query, _ zone: Zone) {
        if zones[zone, default: [:]][name]?.formUnion(query) != nil { return }
        zones[zone, default: [:]][name] = query
        if zones[zone, default: [:]].count > 2 * NameLog.nameLimit { NameLog.bound(&zones[zone, default: [:]]) }
    }

    private static func bound(_ names: inout [String: Query]) {
        guard names.count > nameLimit else { return }
        let ranked = names.keys.map { (hash($0), $0) }.sorted { $0 < $1 }
        for (_, name) in ranked.dropFirst(nameLimit) { names.removeValue(forKey: name) }
    }

    /// FNV-1a: the same on every run.
    private static func hash(_ name: String) -> UInt64 {
        name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// What is left of the zone, and the zone: the last two labels, or three where they are as short as `co.uk`.
    /// Reverse lookups and names of one label carry nothing. O(n).
    static func split(_ name: String) -> (label: String, zone: String)? {
        var bytes = Array(ASCII.lowered(name).utf8.prefix(256))
        while bytes.last == 0x2E { bytes.removeLast() }
        let dots = bytes.indices.filter { bytes[$0] == 0x2E }
        guard dots.count >= 2 else { return nil }
        var cut = dots[dots.count - 2]
        let top = bytes.count - dots[dots.count - 1] - 1
        let second = dots[dots.count - 1] - cut - 1
        if top == 2, second <= 3 {
            guard dots.count >= 3 else { return nil }
            cut = dots[dots.count - 3]
        }
        let zone = String(decoding: bytes[(cut + 1)...], as: UTF8.self)
        guard zone != "in-addr.arpa", zone != "ip6.arpa", cut > 0 else { return nil }
        return (String(decoding: bytes[..<cut], as: UTF8.self), zone)
    }
}
