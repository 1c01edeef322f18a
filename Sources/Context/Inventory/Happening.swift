public import Events

/// Something that a record says happened to a container or an item. Two records of one happening (a log exported twice) are
/// one: the place is not part of what it is.
public struct Happening: Hashable, Sendable, Codable {
    /// When.
    public var time: Timestamp
    /// The engine or host, lower case; empty where the evidence does not name it.
    public var scope: String
    /// The kind of item; nil for a container.
    public var kind: ItemKind?
    /// Id of the container or item.
    public var id: String
    /// What.
    public var verb: HappeningVerb
    /// What else takes part: the id of an exec or a network, the name of a volume, the old name. Adversary text.
    public var object: String
    /// The command, the new name, the tag, the destination. Adversary text.
    public var text: String
    /// Exit code.
    public var code: Int?
    /// Process id.
    public var pid: UInt32?
    /// Kind of record that says so.
    public var source: FactSource

    /// Longest text that is kept.
    static let textLimit = 1024

    init(
        _ verb: HappeningVerb, of id: String, kind: ItemKind? = nil, scope: String, at time: Timestamp,
        object: String = "", text: String = "", code: Int? = nil, pid: UInt32? = nil, source: FactSource
    ) {
        self.time = time
        self.scope = NeutralText.cut(ASCII.lowered(scope), to: ItemKey.idLimit)
        self.kind = kind
        self.id = NeutralText.cut(id, to: ItemKey.idLimit)
        self.verb = verb
        self.object = NeutralText.cut(object, to: ItemKey.idLimit)
        self.text = NeutralText.cut(text, to: Happening.textLimit)
        self.code = code
        self.pid = pid
        self.source = source
    }
}

extension Happening: Comparable {
    /// A total order: time, then what it is.
    public static func < (left: Happening, right: Happening) -> Bool {
        if left.time != right.time { return left.time < right.time }
        if left.verb != right.verb { return left.verb.order < right.verb.order }
        return left.rest.lexicographicallyPrecedes(right.rest)
    }

    private var rest: [String] {
        [
            scope, kind?.rawValue ?? "", id, object, text, code.map(String.init) ?? "", pid.map { String($0) } ?? "",
            source.rawValue,
        ]
    }
}

extension HappeningVerb {
    /// Of things at one moment: as they are listed.
    fileprivate var order: Int { HappeningVerb.allCases.firstIndex(of: self) ?? 0 }
}

extension Happening: Bounded {
    var cost: Int { 200 + scope.utf8.count + id.utf8.count + object.utf8.count + text.utf8.count }

    /// By ``HappeningVerb/rank``, then the latest.
    func isKept(before other: Happening) -> Bool {
        verb.rank != other.verb.rank ? verb.rank < other.verb.rank : self > other
    }
}
