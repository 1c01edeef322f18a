/// A field name, interned in one ``Vocabulary``: an index, cheap to compare and to use in tables.
public struct FieldID: Hashable, Sendable {
    /// Dense, from 0.
    public let index: UInt32
    /// The id at `index`; only a ``Vocabulary`` gives these out.
    @inlinable public init(index: UInt32) { self.index = index }
}

/// Where events come from, interned in one ``Vocabulary``.
public struct OriginID: Hashable, Sendable {
    /// Dense, from 0.
    public let index: UInt32
    /// The id at `index`; only a ``Vocabulary`` gives these out.
    @inlinable public init(index: UInt32) { self.index = index }
}

/// Log-source keys of an event, from which rules are routed (`logsource` of Sigma).
public struct Origin: Hashable, Sendable {
    /// `windows`, `docker`, …; empty when nothing in the record tells.
    public var product: String
    /// A generic category when the format itself states one; empty otherwise.
    public var category: String
    /// `events`, `inspect`, …; empty otherwise.
    public var service: String
    /// The Windows channel as the record writes it; empty otherwise.
    public var channel: String
    /// The Windows provider name; empty otherwise.
    public var provider: String
    /// The Windows event id; -1 otherwise.
    public var eventID: Int

    /// The keys of one origin.
    public init(
        product: String = "", category: String = "", service: String = "", channel: String = "",
        provider: String = "", eventID: Int = -1
    ) {
        self.product = product
        self.category = category
        self.service = service
        self.channel = channel
        self.provider = provider
        self.eventID = eventID
    }
}

/// The names one worker has met: field names and origins, each given a dense number once.
///
/// A worker owns its vocabulary, so that interning needs no lock; numbers of two vocabularies are not comparable.
/// Hostile input cannot grow it without bound: past ``maximumNames`` every new name becomes ``overflowField``, every new
/// origin the empty one.
public struct Vocabulary: Sendable {
    /// Most names (and most origins) that are kept.
    public static let maximumNames = 1 << 20

    private var fieldIDs: [String: FieldID] = [:]
    private var originIDs: [Origin: OriginID] = [:]
    /// Field names by ``FieldID/index``.
    public private(set) var fieldNames: [String] = []
    /// Origins by ``OriginID/index``.
    public private(set) var origins: [Origin] = []

    /// What every field name past ``maximumNames`` is: id 0 of every vocabulary, a name no rule has.
    public static let overflowField = "\u{0}overflow"

    /// A vocabulary with nothing but the overflow name and the empty origin, each with index 0.
    public init() {
        _ = field(Vocabulary.overflowField)
        _ = origin(Origin())
    }

    /// The id of `name`, new or known. O(length of the name).
    public mutating func field(_ name: String) -> FieldID {
        if let known = fieldIDs[name] { return known }
        if fieldNames.count >= Vocabulary.maximumNames { return FieldID(index: 0) }
        let id = FieldID(index: UInt32(fieldNames.count))
        fieldNames.append(name)
        fieldIDs[name] = id
        return id
    }

    /// The id of `name` if it has been met.
    public func knownField(_ name: String) -> FieldID? { fieldIDs[name] }

    /// The id of `origin`, new or known.
    public mutating func origin(_ origin: Origin) -> OriginID {
        if let known = originIDs[origin] { return known }
        if origins.count >= Vocabulary.maximumNames { return OriginID(index: 0) }
        let id = OriginID(index: UInt32(origins.count))
        origins.append(origin)
        originIDs[origin] = id
        return id
    }

    /// The name behind an id of this vocabulary.
    public func name(of field: FieldID) -> String { fieldNames[Int(field.index)] }
}
