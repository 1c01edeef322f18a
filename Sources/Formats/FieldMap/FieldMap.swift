import Events
import Synchronization

/// What the names of a format mean: which log source its events belong to, which member tells the time, the host or the
/// kind of event, and under which further names (those of Sigma's taxonomy) a member is given.
///
/// A fact about the format, not code: `FieldMaps/NAME.yml`, see ``init(yaml:)`` for its shape.
struct FieldMap: Sendable {
    /// What is added to events of one kind.
    struct Kind: Sendable, Equatable {
        /// Log-source keys.
        var origin: Origin
        /// Path of a member → further names for it, for this kind only.
        var fields: [String: [String]]
    }

    /// The format, as reports show it.
    var name: String
    /// What its files are, for people.
    var title: String
    /// Log-source keys of events whose kind says nothing else.
    var origin = Origin()
    /// Path → role.
    var roles: [String: FieldRole] = [:]
    /// Rank from which on times are local where they state no zone.
    var firstLocalTime = FieldMarks.timeRanks
    /// Ranks of times that are nanoseconds since 1970, as bits: smaller numbers count from the boot and tell no time.
    var nanosecondTimes: UInt8 = 0
    /// Path → further names for it.
    var fields: [String: [String]] = [:]
    /// Path → how its value is written under the further names.
    var values: [String: ValueShape] = [:]
    /// Further names whose value is made of several members.
    var derived: [DerivedField] = []
    /// Path of a list of objects that are a name and a value each → which of their members is which.
    var named: [String: NamedMembers] = [:]
    /// Prefixes of paths whose rest is a further name; the longest that fits counts.
    var prefixes: [(path: String, name: String)] = []
    /// Text of the member with the role `kind` (lower case) → what is particular to it.
    var kinds: [String: Kind] = [:]
    /// What is appended to the kind's name when the text of a member holds a word; a list for each such member.
    var kindSuffixes: [[KindSuffix]] = []
    /// Members whose texts, joined by `/`, are the kind's name; 0 when one member names it alone.
    var kindPartCount = 0
    /// Whether the kind's name is the service where its log source states none; of kinds that are not listed too.
    var kindIsService = false
    /// Whether the name of the file tells the kind where no member does.
    var kindOfFile = false
    /// Paths whose presence tells the kind, where no member names it (`process_exec.process` → `process_exec`).
    var kindsOfMembers: [String: String] = [:]
    /// Members the first record of a file must have, alternatives; see ``FieldMap/admits(_:root:text:)``.
    var recognise: [[String]] = []
    /// Members that hold the records: a list of them, or the one.
    var unwrap: [String] = []
    /// Whether its events say what containers there are (``Format/speaksOfContainers``).
    var speaksOfContainers = false
    /// Paths whose values count by their place: null is a value too (`Properties` of PowerShell).
    var positional: Set<String> = []
    /// Members whose text is the record, as JSON within JSON (`properties.log` of Azure); the wrapper's members are fields too.
    var unwrapText: [String] = []
    /// What values of a member are called by the format whose names the map gives: path → value → value.
    var translations: [String: [String: String]] = [:]
    /// Whether the records need not state a time: the file's last change is taken then, and its absence is said once.
    var isUndated = false
    /// Whether Sigma's flat names of the nested shapes of Windows events are given (``WindowsNames``).
    var isWindows = false

    /// Further names for the member at a dotted path: those under which it is given as it stands, and those of `fields`,
    /// whose values are shaped (``ValueShape``).
    func names(of path: String) -> (verbatim: [String], further: [String]) {
        let further = fields[path] ?? []
        guard let rest = rest(of: path) else { return ([], further) }
        return ([rest], further + (fields[rest] ?? []))
    }

    /// What stands under a path in one of the tables: under the path itself, or under the name that `prefixes` gives it.
    func entry<Value>(of path: String, in table: [String: Value]) -> Value? {
        table[path] ?? rest(of: path).flatMap { table[$0] }
    }

    /// The name that `prefixes` gives a path.
    private func rest(of path: String) -> String? {
        guard let prefix = prefixes.first(where: { path.hasPrefix($0.path) }), path.utf8.count > prefix.path.utf8.count
        else { return nil }
        return prefix.name + path.dropFirst(prefix.path.count)
    }

    private static let loaded = Mutex<[String: FieldMap]>([:])

    /// The map of this name that is compiled in; one that knows nothing when there is none or it cannot be read (which a
    /// test rules out).
    static func named(_ name: String) -> FieldMap {
        if let known = loaded.withLock({ $0[name] }) { return known }
        // Outside of the lock: a map may extend another one.
        let text = EmbeddedContent.files.first { $0.path == name + ".yml" }?.text
        let map = text.flatMap { try? FieldMap(yaml: $0) } ?? FieldMap(name: name, title: name)
        loaded.withLock { $0[name] = map }
        return map
    }

    /// Names of all maps that are compiled in; what stands in folders below is tables of another kind.
    static var allNames: [String] {
        EmbeddedContent.files.filter { !$0.path.contains("/") }.map { String($0.path.dropLast(4)) }
    }
}
