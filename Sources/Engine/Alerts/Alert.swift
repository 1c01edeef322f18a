public import Events
public import Sigma

/// A field of an alert's event: its native name and all its values, in the order of the record.
public struct AlertField: Sendable, Equatable {
    /// Native name, as the evidence writes it. Adversary text: sinks neutralise it.
    public var name: String
    /// One or more values, as text. Adversary text: sinks neutralise it.
    public var values: [String]

    /// A field.
    public init(name: String, values: [String]) {
        self.name = name
        self.values = values
    }
}

/// Why a rule matched: one field, the value it was satisfied by, and the test in words.
public struct MatchedValue: Sendable, Equatable {
    /// The field; empty for a keyword.
    public var field: String
    /// The value that satisfied the test.
    public var value: String
    /// The test, e.g. `endswith \cmd.exe`.
    public var test: String

    /// A matched field.
    public init(field: String, value: String, test: String) {
        self.field = field
        self.value = value
        self.test = test
    }
}

/// The container an alert happened in, as far as is known.
public struct AlertContainer: Sendable, Equatable {
    /// 64 hex digits, or 12 where only a prefix is known.
    public var id: String
    /// Name without the leading slash; empty if unknown.
    public var name: String
    /// Image reference; empty if unknown.
    public var image: String
    /// `process`, `hyperv`, `hostprocess`, `linux` or `unknown`.
    public var isolation: String
    /// `true`, `false`, or empty if unknown.
    public var privileged: String
    /// `windows`, `linux` or empty.
    public var platform: String
    /// Declared user; empty if unknown.
    public var user: String
    /// 0 to 100.
    public var confidence: Int
    /// Codes of the evidence, e.g. `computer-name`.
    public var evidence: [String]
    /// The same in words.
    public var reasons: [String]

    /// A container known by its id alone.
    public init(id: String) {
        self.id = id
        name = ""
        image = ""
        isolation = "unknown"
        privileged = ""
        platform = ""
        user = ""
        confidence = 0
        evidence = []
        reasons = []
    }
}

/// Where the raw record of an alert lies.
public struct RecordPlace: Sendable, Equatable {
    /// Path as given on the command line, joined with the path below it.
    public var path: String
    /// EVTX: the id in the record header; line formats: the line from 1; else the ordinal from 1.
    public var record: UInt64
    /// Offset of the record in the source, bytes.
    public var offset: Int64
    /// Length of the record, bytes.
    public var length: Int
    /// `EventRecordID` of the log, or -1.
    public var eventRecordID: Int64

    /// A place.
    public init(path: String, record: UInt64, offset: Int64, length: Int, eventRecordID: Int64) {
        self.path = path
        self.record = record
        self.offset = offset
        self.length = length
        self.eventRecordID = eventRecordID
    }
}

/// What an alert says of its rule. Built once per rule and shared by its alerts.
public final class AlertRule: Sendable {
    /// Sigma id.
    public let id: String
    /// Title.
    public let title: String
    /// Level.
    public let level: Level
    /// Author's description.
    public let description: String
    /// Where the rule came from: path and line.
    public let place: Place
    /// All tags.
    public let tags: [String]
    /// Technique ids in the v18 vocabulary, e.g. `T1562.001`.
    public let techniques18: [String]
    /// Technique ids in the v19 vocabulary, e.g. `T1685`.
    public let techniques19: [String]
    /// Tactics as tagged, e.g. `stealth`.
    public let tactics: [String]
    /// Known false positives.
    public let falsePositives: [String]
    /// Id of the strategy the rule serves; empty for rules of a general corpus.
    public let strategy: String
    /// Name of the playbook the strategy asks for; empty if none.
    public let response: String
    /// Whether this is a correlation rule.
    public let isCorrelation: Bool
    /// Fields that separate its alerts where they belong to no container (the custom key `siloscope.group_by`).
    public let groupBy: [String]

    /// All of it.
    public init(
        id: String, title: String, level: Level, description: String, place: Place, tags: [String],
        techniques18: [String], techniques19: [String], tactics: [String], falsePositives: [String],
        strategy: String, response: String, isCorrelation: Bool, groupBy: [String] = []
    ) {
        self.id = id
        self.title = title
        self.level = level
        self.description = description
        self.place = place
        self.tags = tags
        self.techniques18 = techniques18
        self.techniques19 = techniques19
        self.tactics = tactics
        self.falsePositives = falsePositives
        self.strategy = strategy
        self.response = response
        self.isCorrelation = isCorrelation
        self.groupBy = groupBy
    }
}

/// One alert: a rule, the event (or the last event of a correlation) that satisfied it, and its container's story.
public struct Alert: Sendable {
    /// Deterministic: the same evidence gives the same id, offline or live, on any number of threads. 32 hex digits.
    public var id: String
    /// The rule.
    public var rule: AlertRule
    /// Time of the (first) event.
    public var time: Timestamp
    /// Time of the last event of the group.
    public var lastTime: Timestamp
    /// Events in the group; 1 when ungrouped.
    public var count: Int
    /// Host as the evidence names it. Adversary text.
    public var host: String
    /// The container, if the event belongs to one.
    public var container: AlertContainer?
    /// The event's fields.
    public var fields: [AlertField]
    /// What satisfied the rule.
    public var matched: [MatchedValue]
    /// Where the raw record lies.
    public var place: RecordPlace
    /// SHA-256 of the raw record, hex.
    public var rawHash: String
    /// For a correlation: the ids of the alerts (rule × event) it is made of, in time order.
    public var members: [String]
    /// Where the first events of the group lie, ``place`` first; at most ``placesKept``.
    public var places: [RecordPlace]
    /// What the events of the group have in common: `rule`, `host`, then `container` or fields; empty when ungrouped.
    public var groupBy: [String]
    /// How long a group lasts from its first event, seconds; 0 when ungrouped.
    public var windowSeconds: Int
    /// How new the program is where it ran, 0 (long known) to 100 (never seen), from the event's `Program.Novelty`; the
    /// highest of the group, nil where nobody measured it.
    public var novelty: Int?
    /// How much it deserves attention, with the reasons; nil before it is ranked.
    public var score: AlertScore?

    /// Places that a group keeps.
    public static let placesKept = 5

    /// An alert of one event.
    public init(
        id: String, rule: AlertRule, time: Timestamp, host: String, container: AlertContainer?, fields: [AlertField],
        matched: [MatchedValue], place: RecordPlace, rawHash: String
    ) {
        self.id = id
        self.rule = rule
        self.time = time
        lastTime = time
        count = 1
        self.host = host
        self.container = container
        self.fields = fields
        self.matched = matched
        self.place = place
        self.rawHash = rawHash
        members = []
        places = [place]
        groupBy = []
        windowSeconds = 0
    }
}
