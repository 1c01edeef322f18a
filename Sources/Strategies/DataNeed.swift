import Yams

/// Data that a strategy stands on: what meets the need, and how to collect it. From `sources.yml` of the strategy.
public struct DataNeed: Sendable, Equatable {
    /// A log source that meets a need.
    public struct LogSource: Sendable, Equatable {
        /// As written: `docker/events`, `windows:Security:4688`.
        public var text: String
        /// `windows`, `docker`, …
        public var product: String
        /// Service or category; empty for a channel.
        public var name: String
        /// The Windows channel, lower case; empty for others.
        public var channel: String
        /// The Windows provider that must have written it, lower case; empty means any.
        public var provider = ""
        /// The event id that is needed; nil means any.
        public var eventID: Int?
    }

    /// Stable name.
    public var id: String
    /// What it is, for people.
    public var title: String
    /// What it is good for.
    public var why: String
    /// Any of these meets it.
    public var sources: [LogSource]
    /// How to collect it, by platform.
    public var commands: [(platform: String, command: String)]

    /// Whether both say the same.
    public static func == (left: DataNeed, right: DataNeed) -> Bool {
        left.id == right.id && left.title == right.title && left.why == right.why && left.sources == right.sources
            && left.commands.elementsEqual(right.commands, by: ==)
    }
}

extension DataNeed.LogSource {
    /// Reads `product/name`, or `product:channel[@provider][:event id]`. Channels may hold slashes and spaces.
    init?(_ text: String) {
        self.text = text
        if let colon = text.firstIndex(of: ":") {
            product = String(text[..<colon])
            name = ""
            var rest = text[text.index(after: colon)...]
            if let last = rest.lastIndex(of: ":"), let id = Int(rest[rest.index(after: last)...]) {
                eventID = id
                rest = rest[..<last]
            }
            if let at = rest.lastIndex(of: "@") {
                provider = rest[rest.index(after: at)...].lowercased()
                rest = rest[..<at]
            }
            channel = rest.lowercased()
            if channel.isEmpty { return nil }
        } else {
            guard let slash = text.firstIndex(of: "/") else { return nil }
            product = String(text[..<slash])
            name = String(text[text.index(after: slash)...])
            channel = ""
            if name.isEmpty { return nil }
        }
        if product.isEmpty { return nil }
    }
}

extension DataNeed {
    /// Reads a `sources.yml`.
    static func parse(_ file: ContentFile) throws(StrategyError) -> [DataNeed] {
        let root: Node?
        do { root = try Yams.compose(yaml: file.text) } catch {
            throw StrategyError(code: .sources, path: file.path, reason: "\(error)")
        }
        guard let list = root?.sequence else {
            throw StrategyError(code: .sources, path: file.path, reason: "not a list of needs")
        }
        var needs: [DataNeed] = []
        for node in list { needs.append(try need(node, path: file.path)) }
        return needs
    }

    private static func need(_ node: Node, path: String) throws(StrategyError) -> DataNeed {
        let line = node.mark.map { "line \($0.line): " } ?? ""
        guard let id = node["id"]?.string, let title = node["title"]?.string, let why = node["why"]?.string,
            let any = node["any"]?.sequence
        else { throw StrategyError(code: .sources, path: path, reason: line + "a need has id, title, why and any") }
        var sources: [LogSource] = []
        for entry in any {
            guard let text = entry.string, let source = LogSource(text) else {
                let wanted = "a log source is product/service or product:channel:id"
                throw StrategyError(code: .sources, path: path, reason: line + wanted)
            }
            sources.append(source)
        }
        var commands: [(platform: String, command: String)] = []
        for (key, value) in node["collect"]?.mapping ?? [:] {
            if let platform = key.string, let command = value.string { commands.append((platform, command)) }
        }
        return DataNeed(id: id, title: title, why: why, sources: sources, commands: commands)
    }
}
