/// One YAML document of a Sigma file, by kind.
///
/// Source: Sigma specification 2.1.0, "Sigma rules", "Sigma correlation rules", "Sigma filters".
public enum Document: Sendable {
    case rule(Rule)
    case correlation(Correlation)
    case filter(Filter)
}

/// What every kind of document says about itself.
public struct Metadata: Sendable, Equatable {
    public var title: String
    /// The `id` (a UUID by the specification); empty when the author left it out.
    public var id: String
    /// The `name` by which correlations and filters refer to the document.
    public var name: String?
    public var level: Level
    public var status: String?
    public var description: String?
    public var author: String?
    public var date: String?
    public var modified: String?
    public var references: [String]
    public var tags: [String]
    public var falsePositives: [String]
    /// The rule's own `fields` list: what its author wants to see in an alert.
    public var fields: [String]
    /// Keys the specification does not name, as text (SigmaHQ's `regression_tests_path`, our `siloscope.*`).
    public var custom: [String: String]

    public init(title: String, id: String = "", name: String? = nil, level: Level = .medium) {
        self.title = title
        self.id = id
        self.name = name
        self.level = level
        references = []
        tags = []
        falsePositives = []
        fields = []
        custom = [:]
    }
}

/// The severity an author gives a rule. Order: `informational < low < medium < high < critical`.
public enum Level: String, Sendable, CaseIterable, Comparable {
    case informational, low, medium, high, critical

    /// 0 for informational to 4 for critical.
    public var rank: Int {
        switch self {
        case .informational: 0
        case .low: 1
        case .medium: 2
        case .high: 3
        case .critical: 4
        }
    }

    public static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }
}

/// The `logsource` of a rule or filter: all given attributes must hold.
public struct LogSource: Sendable, Hashable {
    public var category: String?
    public var product: String?
    public var service: String?

    public init(category: String? = nil, product: String? = nil, service: String? = nil) {
        self.category = category
        self.product = product
        self.service = service
    }
}

/// A place in a rule file: 1-based line and column (0 where the file gives none).
public struct Place: Sendable, Hashable {
    public var file: String
    public var line: Int
    public var column: Int

    public init(file: String, line: Int = 0, column: Int = 0) {
        self.file = file
        self.line = line
        self.column = column
    }
}

/// A detection rule, parsed and resolved: modifiers applied, identifiers of the condition bound.
public struct Rule: Sendable {
    public var metadata: Metadata
    public var place: Place
    public var logSource: LogSource
    /// What must hold for the rule to match an event; filters are already AND-ed in by ``RuleSet``.
    public var condition: Expression
    /// The condition with the names its author gave; `outline.expression` equals ``condition``.
    public var outline: Outline

    public init(metadata: Metadata, place: Place, logSource: LogSource, condition: Expression, outline: Outline? = nil)
    {
        self.metadata = metadata
        self.place = place
        self.logSource = logSource
        self.condition = condition
        self.outline = outline ?? .identifier("condition", condition)
    }
}

/// A Sigma filter (2.0): narrows the rules it names.
public struct Filter: Sendable {
    public var metadata: Metadata
    public var place: Place
    public var logSource: LogSource
    /// Ids or names of the rules it applies to; `nil` means any rule of its log source (2.2 draft, `rules: any`).
    public var rules: [String]?
    /// AND-ed to the condition of each rule it names.
    public var condition: Expression
    /// The condition with the names its author gave.
    public var outline: Outline

    public init(
        metadata: Metadata, place: Place, logSource: LogSource, rules: [String]?, condition: Expression,
        outline: Outline? = nil
    ) {
        self.metadata = metadata
        self.place = place
        self.logSource = logSource
        self.rules = rules
        self.condition = condition
        self.outline = outline ?? .identifier("condition", condition)
    }
}
