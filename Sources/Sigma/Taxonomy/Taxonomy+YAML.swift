import Yams

extension Taxonomy {
    /// Reads a taxonomy file.
    ///
    /// ```yaml
    /// product: windows
    /// services:
    ///   NAME: [CHANNEL, …]               # or {channels: […], providers: […]}
    /// categories:
    ///   NAME:                            # one or more ways to see it
    ///     - {service: NAME, event_ids: [1], fields: {EventType: [CreateKey]}, rename: {Image: NewProcessName}}
    /// unavailable: {NAME: why}           # categories no event log carries
    /// ```
    ///
    /// - Throws: for text that is not YAML of this shape, with the line.
    public init(yaml: String) throws(TaxonomyError) {
        let root: Node?
        do { root = try Yams.compose(yaml: yaml) } catch { throw TaxonomyError(message: "\(error)", line: 0) }
        guard let root, root.mapping != nil else { throw TaxonomyError(message: "no mapping", line: 1) }
        guard let product = root["product"]?.string else { throw TaxonomyError(message: "no product", line: 1) }
        let services = try Self.services(of: root, product: product)
        var entries = services.sorted { $0.key < $1.key }.map(\.value)
        for (key, value) in try Self.pairs(root["categories"]) {
            guard let ways = value.sequence else {
                throw TaxonomyError(message: "\(key) is not a list", line: Self.line(value))
            }
            for way in ways {
                entries.append(try Self.entry(way, category: key, services: services))
            }
        }
        var unavailable: [LogSource: String] = [:]
        for (key, value) in try Self.pairs(root["unavailable"]) {
            unavailable[LogSource(category: key, product: product)] = value.string ?? ""
        }
        self.init(entries: entries, unavailable: unavailable)
    }

    private static func services(of root: Node, product: String) throws(TaxonomyError) -> [String: Entry] {
        var services: [String: Entry] = [:]
        for (key, value) in try pairs(root["services"]) {
            let isList = value.sequence != nil
            let channels = try strings(isList ? value : value["channels"])
            let providers = isList ? [] : try strings(value["providers"])
            guard !channels.isEmpty || !providers.isEmpty else {
                throw TaxonomyError(message: "service \(key) has neither channels nor providers", line: line(value))
            }
            services[key] = Entry(
                product: product, category: nil, service: key, channels: channels.map { $0.lowercased() },
                providers: providers.map { $0.lowercased() }, eventIDs: [], conditions: [], renames: [])
        }
        return services
    }

    private static func entry(
        _ node: Node, category: String, services: [String: Entry]
    ) throws(TaxonomyError) -> Entry {
        guard let name = node["service"]?.string, var entry = services[name] else {
            throw TaxonomyError(message: "\(category): no such service", line: line(node))
        }
        entry.category = category
        for text in try strings(node["event_ids"]) {
            guard let id = Int(text) else {
                throw TaxonomyError(message: "\(category): event id \(text)", line: line(node))
            }
            entry.eventIDs.append(id)
        }
        for (field, values) in try pairs(node["fields"]) {
            entry.conditions.append(Entry.Condition(field: field, values: try strings(values)))
        }
        for (rule, event) in try pairs(node["rename"]) {
            guard let event = event.string else {
                throw TaxonomyError(message: "\(category): rename of \(rule)", line: line(node))
            }
            entry.renames.append(Entry.Rename(rule: rule, event: event))
        }
        return entry
    }

    private static func pairs(_ node: Node?) throws(TaxonomyError) -> [(String, Node)] {
        guard let node else { return [] }
        guard let mapping = node.mapping else { throw TaxonomyError(message: "not a mapping", line: line(node)) }
        var pairs: [(String, Node)] = []
        for (key, value) in mapping {
            guard let key = key.string else { throw TaxonomyError(message: "key is not text", line: line(key)) }
            pairs.append((key, value))
        }
        return pairs
    }

    private static func strings(_ node: Node?) throws(TaxonomyError) -> [String] {
        guard let node else { return [] }
        if let text = node.scalar?.string { return [text] }
        guard let sequence = node.sequence else { throw TaxonomyError(message: "not a list", line: line(node)) }
        var strings: [String] = []
        for item in sequence {
            guard let text = item.scalar?.string else {
                throw TaxonomyError(message: "not a scalar", line: line(item))
            }
            strings.append(text)
        }
        return strings
    }

    private static func line(_ node: Node) -> Int { node.mark?.line ?? 0 }
}
