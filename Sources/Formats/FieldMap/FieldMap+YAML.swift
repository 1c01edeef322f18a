import Events
import Yams

/// What is wrong with a field map.
struct FieldMapError: Error, Equatable, CustomStringConvertible {
    var message: String
    /// 1-based; 0 when unknown.
    var line: Int
    var description: String { line > 0 ? "line \(line): \(message)" : message }
}

extension FieldMap {
    /// Reads a field map.
    ///
    /// ```yaml
    /// format: falco                       # its name in reports
    /// title: Falco alerts                 # what its files are
    /// extends: windows-json               # another map that holds unless this one says otherwise (not one that extends)
    /// recognise: [[output_fields, rule]]  # members of the first record; `a.b` nested or dotted, `a=b` with this value,
    ///                                     # `!a` without it; a list of alternatives
    /// unwrap: [items]                     # members that hold the records instead of being fields
    /// source: {product: linux, service: falco}
    /// time: [evt.time, [time, ts]]        # best first; a list shares a rank; UTC where no zone stands
    /// local_time: [EventTime]             # after those of `time`; in the source's zone where no zone stands
    /// host: [hostname]
    /// channel, event_id, provider, record_id: [PATH, …]      # Windows events
    /// inner: [_raw]                       # may hold the event once more, as XML
    /// positional: [Properties.Value]      # values count by their place, null is one too
    /// kind: [evt.type]                    # whose text is looked up in `kinds`
    /// kind_of_member: {process_exec.process: process_exec}   # or the kind by presence
    /// fields: {proc.cmdline: CommandLine, fd.name: [TargetFilename, Path]}
    /// prefixes: {data.win.eventdata.: ""} # the rest of the path is a further name
    /// kinds:
    ///   execve: {category: process_creation, fields: {proc.exepath: Image}}
    ///   [connect, sendto]: {category: network_connection}
    /// containers: true                    # the events say what containers there are: read before all others
    /// unwrap_text: [properties.log]       # members whose text is the record, JSON within JSON
    /// translate: {Status: {died: die}}    # what a member's values are called elsewhere; for the format's code
    /// undated: true                       # records may state no time: that of the file is taken
    /// windows: true                       # the nested shapes of Windows events have flat names too
    /// ```
    ///
    /// The name that `prefixes` gives a path has itself the roles, further names and values that the map says.
    ///
    /// What further names get, beside the value as it stands:
    ///
    /// ```yaml
    /// values:                             # shapes, see ``ValueShape``
    ///   container.id: {strip: ["docker://"], none: [host, ""], digits: true}
    /// derived:                            # see ``DerivedField``
    ///   CommandLine: {join: [process.binary, process.arguments]}
    ///   ContainerId: {first: [pod.container.id, docker]}
    /// named:                              # lists of names and values, see ``NamedMembers``
    ///   args: {key: name, value: [value]}
    /// ```
    ///
    /// Further ways to tell the kind:
    ///
    /// ```yaml
    /// kind_parts: [provider, [id, name]]  # texts of several members joined by `/`; looked up before `kind`
    /// kind_suffix: {args.flags: {O_CREAT: +write}}   # the text of `kind` with a suffix, if there is such a kind
    /// kind_of_file: true                  # a word of the file's name, where no member tells
    /// service_of_kind: true               # the kind's name is its service, of unlisted kinds too
    /// time_ns: [timestamp]                # after `local_time`; nanoseconds since 1970, smaller numbers are no time
    /// ```
    init(yaml: String) throws(FieldMapError) {
        let root: Node?
        do { root = try Yams.compose(yaml: yaml) } catch { throw FieldMapError(message: "\(error)", line: 0) }
        guard let root, root.mapping != nil else { throw FieldMapError(message: "no mapping", line: 1) }
        guard let name = root["format"]?.string else { throw FieldMapError(message: "no format", line: 1) }
        self.init(name: name, title: root["title"]?.string ?? name)
        if let base = root["extends"]?.string {
            guard base != name, EmbeddedContent.files.contains(where: { $0.path == base + ".yml" }) else {
                throw FieldMapError(message: "no map \(base)", line: root["extends"].map(Self.line) ?? 0)
            }
            let title = title
            self = FieldMap.named(base)
            (self.name, self.title, recognise) = (name, title, [])
        }
        try refuseUnknownKeys(root)
        if root["source"] != nil { origin = try Self.origin(root["source"], base: Origin()) }
        try readRoles(root)
        fields.merge(try Self.names(root["fields"])) { $1 }
        for (path, value) in try Self.pairs(root["prefixes"]) {
            prefixes.append((path: path, name: value.string ?? ""))
        }
        prefixes.sort { ($1.path.utf8.count, $0.path) < ($0.path.utf8.count, $1.path) }
        kindIsService = root["service_of_kind"]?.bool ?? false
        kindOfFile = root["kind_of_file"]?.bool ?? false
        try readKinds(root["kinds"])
        for (path, value) in try Self.pairs(root["kind_of_member"]) {
            kindsOfMembers[path] = (value.string ?? "").lowercased()
        }
        for alternative in root["recognise"]?.sequence ?? [] {
            recognise.append(try Self.strings(alternative))
        }
        if root["unwrap"] != nil { unwrap = try Self.strings(root["unwrap"]) }
        unwrapText = try Self.strings(root["unwrap_text"])
        positional.formUnion(try Self.strings(root["positional"]))
        for (path, values) in try Self.pairs(root["translate"]) {
            for (value, translation) in try Self.pairs(values) {
                translations[path, default: [:]][value] = translation.string ?? ""
            }
        }
        isUndated = root["undated"]?.bool ?? false
        speaksOfContainers = root["containers"]?.bool ?? speaksOfContainers
        isWindows = root["windows"]?.bool ?? isWindows
        try readValues(root)
    }

    private static let keys: Set<String> = [
        "format", "title", "recognise", "unwrap", "source", "time", "local_time", "host", "channel", "event_id",
        "provider",
        "record_id", "inner", "positional", "extends", "kind", "kind_of_member", "fields", "prefixes", "kinds",
        "containers", "windows", "values", "derived", "named", "kind_parts", "kind_suffix", "kind_of_file",
        "service_of_kind", "time_ns", "unwrap_text", "translate", "undated",
    ]

    private func refuseUnknownKeys(_ root: Node) throws(FieldMapError) {
        for (key, value) in try Self.pairs(root) where !Self.keys.contains(key) {
            throw FieldMapError(message: "unknown key \(key)", line: Self.line(value))
        }
    }

    private mutating func readRoles(_ root: Node) throws(FieldMapError) {
        var timeRank = 0
        for key in ["time", "local_time", "time_ns"] {
            if root[key] != nil, key == "local_time" { firstLocalTime = timeRank }
            for entry in root[key]?.sequence.map(Array.init) ?? root[key].map({ [$0] }) ?? [] {
                guard timeRank < FieldMarks.timeRanks else {
                    throw FieldMapError(message: "more than \(FieldMarks.timeRanks) times", line: Self.line(entry))
                }
                for path in try Self.strings(entry) { roles[path] = FieldRole(part: .time, rank: UInt8(timeRank)) }
                if key == "time_ns" { nanosecondTimes |= 1 << UInt8(timeRank) }
                timeRank += 1
            }
        }
        let parts: [(String, FieldRole.Part)] = [
            ("host", .host), ("channel", .channel), ("event_id", .eventID), ("provider", .provider),
            ("record_id", .recordID), ("kind", .kind), ("inner", .inner),
        ]
        for (key, part) in parts {
            var rank: UInt8 = 0
            for entry in root[key]?.sequence.map(Array.init) ?? root[key].map({ [$0] }) ?? [] {
                for path in try Self.strings(entry) { roles[path] = FieldRole(part: part, rank: rank) }
                rank += 1
            }
        }
        try readKindRoles(root)
    }

    private mutating func readKindRoles(_ root: Node) throws(FieldMapError) {
        for entry in root["kind_parts"]?.sequence ?? [] {
            guard kindPartCount < FieldMarks.kindPartLimit else {
                throw FieldMapError(message: "more than \(FieldMarks.kindPartLimit) kind parts", line: Self.line(entry))
            }
            kindPartCount += 1
            for path in try Self.strings(entry) { roles[path, default: .none].kindPart = UInt8(kindPartCount) }
        }
        for (path, words) in try Self.pairs(root["kind_suffix"]) {
            var suffixes: [KindSuffix] = []
            for (word, suffix) in try Self.pairs(words) {
                suffixes.append(KindSuffix(word: Array(word.utf8), suffix: Array((suffix.string ?? "").utf8)))
            }
            kindSuffixes.append(suffixes)
            roles[path, default: .none].kindSuffix = UInt8(clamping: kindSuffixes.count)
        }
    }

    private mutating func readValues(_ root: Node) throws(FieldMapError) {
        for (path, node) in try Self.pairs(root["values"]) {
            for (key, value) in try Self.pairs(node) where !["strip", "none", "digits"].contains(key) {
                throw FieldMapError(message: "unknown shape \(key)", line: Self.line(value))
            }
            values[path] = ValueShape(
                strip: try Self.strings(node["strip"]), none: try Self.strings(node["none"]),
                digits: node["digits"]?.bool ?? false)
        }
        var parts = 0
        for (name, node) in try Self.pairs(root["derived"]) {
            let joined = try Self.strings(node["join"])
            let first = try Self.strings(node["first"])
            guard joined.isEmpty != first.isEmpty else {
                throw FieldMapError(message: "derived \(name): either join or first", line: Self.line(node))
            }
            derived.append(DerivedField(name: name, parts: joined + first, joins: !joined.isEmpty))
            parts += joined.count + first.count
            guard parts <= DerivedFields.partLimit else {
                throw FieldMapError(
                    message: "derived: more than \(DerivedFields.partLimit) parts", line: Self.line(node))
            }
        }
        for (path, node) in try Self.pairs(root["named"]) {
            guard let key = node["key"]?.string else {
                throw FieldMapError(message: "named \(path): no key", line: Self.line(node))
            }
            named[path] = NamedMembers(
                key: Array(key.utf8), values: try Self.strings(node["value"]).map { Array($0.utf8) })
        }
    }

    private mutating func readKinds(_ node: Node?) throws(FieldMapError) {
        guard let node else { return }
        guard let mapping = node.mapping else {
            throw FieldMapError(message: "kinds: no mapping", line: Self.line(node))
        }
        for (key, value) in mapping {
            let kind = Kind(
                origin: try Self.origin(value, base: origin), fields: try Self.names(value["fields"]))
            for name in try Self.strings(key) {
                var kind = kind
                if kindIsService, value["service"] == nil { kind.origin.service = name.lowercased() }
                guard kinds.updateValue(kind, forKey: name.lowercased()) == nil else {
                    throw FieldMapError(message: "kind \(name) stands twice", line: Self.line(key))
                }
            }
        }
    }

    private static func origin(_ node: Node?, base: Origin) throws(FieldMapError) -> Origin {
        var origin = base
        guard let node else { return origin }
        for (key, value) in try pairs(node) {
            let text = value.string ?? ""
            switch key {
            case "product": origin.product = text
            case "category": origin.category = text
            case "service": origin.service = text
            case "channel": origin.channel = text
            case "provider": origin.provider = text
            case "event_id": origin.eventID = value.int ?? -1
            case "fields": break
            default: throw FieldMapError(message: "unknown log-source key \(key)", line: line(value))
            }
        }
        return origin
    }

    private static func names(_ node: Node?) throws(FieldMapError) -> [String: [String]] {
        var names: [String: [String]] = [:]
        for (path, value) in try pairs(node) {
            guard names.updateValue(try strings(value), forKey: path) == nil else {
                throw FieldMapError(message: "field \(path) stands twice", line: line(value))
            }
        }
        return names
    }

    private static func pairs(_ node: Node?) throws(FieldMapError) -> [(key: String, value: Node)] {
        guard let node else { return [] }
        guard let mapping = node.mapping else { throw FieldMapError(message: "no mapping", line: line(node)) }
        var pairs: [(key: String, value: Node)] = []
        for (key, value) in mapping {
            guard let text = key.string else { throw FieldMapError(message: "a key is no text", line: line(key)) }
            pairs.append((text, value))
        }
        return pairs
    }

    private static func strings(_ node: Node?) throws(FieldMapError) -> [String] {
        guard let node else { return [] }
        if let sequence = node.sequence {
            var all: [String] = []
            for element in sequence { all += try strings(element) }
            return all
        }
        guard let text = node.scalar?.string else { throw FieldMapError(message: "no text", line: line(node)) }
        return [text]
    }

    private static func line(_ node: Node) -> Int { node.mark?.line ?? 0 }
}
