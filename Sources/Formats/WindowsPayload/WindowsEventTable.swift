import Yams

/// What exports leave out: names of values that stand by place only, of providers that are shown by their title, and of
/// channels. From `FieldMaps/tables/windows-events.yml`.
struct WindowsEventTable: Sendable {
    /// Title of a provider → its name.
    var titles: [String: String] = [:]
    /// Provider → its only channel.
    var channels: [String: String] = [:]
    /// Provider → event id → names of the values in order.
    var events: [String: [Int: [String]]] = [:]
    /// Providers whose lists hold only for so many values.
    var exact: Set<String> = []
    /// Names that may be missing at the end of such lists.
    var optional: Set<String> = []
    /// PowerShell's names that are replaced by, and that get, further names.
    var replaced: [(from: String, to: String)] = []
    var added: [(from: String, to: String)] = []
    /// Provider → names of the Elastic Common Schema and of the event's fields.
    var ecs: [String: [(from: String, to: String)]] = [:]

    /// The table that is compiled in; empty when it cannot be read, which a test rules out.
    static let standard: WindowsEventTable = {
        let text = EmbeddedContent.files.first { $0.path == "tables/windows-events.yml" }?.text
        return text.flatMap { try? WindowsEventTable(yaml: $0) } ?? WindowsEventTable()
    }()

    init() {}

    init(yaml: String) throws(FieldMapError) {
        let root: Node?
        do { root = try Yams.compose(yaml: yaml) } catch { throw FieldMapError(message: "\(error)", line: 0) }
        guard let root, let providers = root["events"]?.mapping else {
            throw FieldMapError(message: "no events", line: 1)
        }
        titles = Dictionary(Self.pairs(root["titles"]).map { ($0.from, $0.to) }) { $1 }
        channels = Dictionary(Self.pairs(root["channels"]).map { ($0.from, $0.to) }) { $1 }
        for (provider, lists) in providers {
            guard let name = provider.scalar?.string, let lists = lists.mapping else {
                throw FieldMapError(message: "no lists", line: provider.mark?.line ?? 0)
            }
            for (id, list) in lists {
                guard let id = id.int else { throw FieldMapError(message: "no event id", line: id.mark?.line ?? 0) }
                events[name, default: [:]][id] = list.sequence?.compactMap { $0.scalar?.string } ?? []
            }
        }
        exact = Set(root["exact"]?.sequence?.compactMap(\.string) ?? [])
        optional = Set(root["optional"]?.sequence?.compactMap(\.string) ?? [])
        replaced = Self.pairs(root["powershell"]?["replaced"])
        added = Self.pairs(root["powershell"]?["added"])
        for (provider, names) in root["ecs"]?.mapping ?? [:] {
            if let provider = provider.scalar?.string { ecs[provider] = Self.pairs(names) }
        }
    }

    /// The names of so many values of an event; nil when they are not known.
    func names(provider: String, eventID: Int, count: Int) -> [String]? {
        guard var names = events[provider]?[eventID], count <= names.count else { return nil }
        guard exact.contains(provider) else { return Array(names.prefix(count)) }
        while names.count > count, let last = names.last, optional.contains(last) { names.removeLast() }
        return names.count == count ? names : nil
    }

    private static func pairs(_ node: Node?) -> [(from: String, to: String)] {
        node?.mapping?.compactMap { pair in
            guard let from = pair.key.scalar?.string, let to = pair.value.scalar?.string else { return nil }
            return (from, to)
        } ?? []
    }
}
