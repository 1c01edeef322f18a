import Events
import Yams

/// Which Windows events have a payload with a form of its own, from `FieldMaps/tables/windows-payloads.yml`.
struct WindowsPayloadTable: Sendable {
    /// How the payload is read.
    enum Form: String, Sendable {
        /// Of the Host Compute Service.
        case computeSystem = "compute-system"
        /// Of dockerd: a message and `key=value` pairs.
        case engine
        /// One text with labels.
        case labels
        /// Lines of `key=value`.
        case lines
    }

    /// One entry.
    struct Entry: Sendable {
        var form: Form
        /// Lower case.
        var providers: Set<String>
        /// Empty: all.
        var ids: Set<Int> = []
        /// Names of fields that hold the system's id, in order.
        var system: [String] = []
        /// Names of fields that hold the result.
        var result: [String] = []
        /// Event id → operation.
        var operations: [Int: String] = [:]
        /// What the rendered text says → operation.
        var phrases: [(text: [UInt8], operation: String)] = []
        /// Event id → level.
        var levels: [Int: String] = [:]
        /// Keys whose value is a container's id.
        var container: Set<String> = []
        /// Label → field, in the order of the text.
        var labels: [(label: [UInt8], field: String)] = []
        /// Keys that are fields.
        var keys: Set<String> = []
    }

    /// The entries, in order.
    var entries: [Entry] = []

    /// The table that is compiled in; empty when it cannot be read, which a test rules out.
    static let standard: WindowsPayloadTable = {
        let text = EmbeddedContent.files.first { $0.path == "tables/windows-payloads.yml" }?.text
        return text.flatMap { try? WindowsPayloadTable(yaml: $0) } ?? WindowsPayloadTable()
    }()

    init() {}

    /// Reads a table; its shape is documented in the file itself.
    init(yaml: String) throws(FieldMapError) {
        let root: Node?
        do { root = try Yams.compose(yaml: yaml) } catch { throw FieldMapError(message: "\(error)", line: 0) }
        guard let payloads = root?["payloads"]?.sequence else { throw FieldMapError(message: "no payloads", line: 1) }
        for node in payloads { entries.append(try Self.entry(node)) }
    }

    /// The entry for an origin, or nil.
    func entry(for origin: Origin) -> Int? {
        let provider = origin.provider.lowercased()
        return entries.firstIndex { entry in
            entry.providers.contains(provider) && (entry.ids.isEmpty || entry.ids.contains(origin.eventID))
        }
    }

    private static func entry(_ node: Node) throws(FieldMapError) -> Entry {
        let line = node.mark?.line ?? 0
        guard let form = node["form"]?.string.flatMap(Form.init) else {
            throw FieldMapError(message: "no form", line: line)
        }
        var entry = Entry(form: form, providers: Set(strings(node["providers"]).map { $0.lowercased() }))
        guard !entry.providers.isEmpty else { throw FieldMapError(message: "no providers", line: line) }
        entry.ids = Set(node["ids"]?.sequence?.compactMap(\.int) ?? [])
        entry.system = strings(node["system"])
        entry.result = strings(node["result"])
        for (key, value) in pairs(node["operations"]) { if let id = Int(key) { entry.operations[id] = value } }
        for (key, value) in pairs(node["levels"]) { if let id = Int(key) { entry.levels[id] = value } }
        entry.phrases = pairs(node["phrases"]).map { (Array($0.key.utf8), $0.value) }
        entry.container = Set(strings(node["container"]))
        entry.labels = pairs(node["labels"]).map { (Array(($0.key + ": ").utf8), $0.value) }
        entry.keys = Set(strings(node["keys"]))
        return entry
    }

    private static func strings(_ node: Node?) -> [String] {
        node?.sequence?.compactMap { $0.scalar?.string } ?? []
    }

    private static func pairs(_ node: Node?) -> [(key: String, value: String)] {
        node?.mapping?.compactMap { pair in
            guard let key = pair.key.scalar?.string, let value = pair.value.scalar?.string else { return nil }
            return (key, value)
        } ?? []
    }
}
