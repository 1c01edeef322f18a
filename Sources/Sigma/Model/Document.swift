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
    /// Short headline of the document; where the author gave none, its `name` or `id`.
    public var title: String
    /// The `id` (a UUID by the specification); empty when the author left it out.
    public var id: String
    /// The `name` by which correlations and filters refer to the document.
    public var name: String?
    /// Severity; medium when the author gave none or an unknown one.
    public var level: Level
    /// Maturity as written (`stable`, `test`, `experimental`, …); `nil` when not given.
    public var status: String?
    /// What the document detects or does, in the author's words; `nil` when not given.
    public var description: String?
    /// Author or authors, as one text; `nil` when not given.
    public var author: String?
    /// Day of creation as written, not parsed; `nil` when not given.
    public var date: String?
    /// Day of the last change as written, not parsed; `nil` when not given.
    public var modified: String?
    /// Sources the author cites, mostly URLs.
    public var references: [String]
    /// Tags with their namespaces, as written (`attack.t1611`).
    public var tags: [String]
    /// Harmless causes the author expects (`falsepositives`), one text each.
    public var falsePositives: [String]
    /// The rule's own `fields` list: what its author wants to see in an alert.
    public var fields: [String]
    /// Keys the specification does not name, as text (SigmaHQ's `regression_tests_path`, our `siloscope.*`).
    public var custom: [String: String]

    /// Metadata with a title and otherwise empty lists and absent texts.
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

    /// Orders levels by severity: the less severe one is smaller.
    public static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }
}

/// The `logsource` of a rule or filter: all given attributes must hold.
public struct LogSource: Sendable, Hashable {
    /// Kind of activity (`process_creation`); `nil` matches any.
    public var category: String?
    /// System or product the events come from (`windows`); `nil` matches any.
    public var product: String?
    /// Log or service of the product (`security`); `nil` matches any.
    public var service: String?

    /// A log source with the given attributes; without any it matches every event.
    public init(category: String? = nil, product: String? = nil, service: String? = nil) {
        self.category = category
        self.product = product
        self.service = service
    }
}

/// A place in a rule file: 1-based line and column (0 where the file gives none).
public struct Place: Sendable, Hashable {
    /// Path of the rule file, as it was given to the parser.
    public var file: String
    /// 1-based line; 0 when the file gives none.
    public var line: Int
    /// 1-based column in the line; 0 when the file gives none.
    public var column: Int

    /// A place in `file`; without line and column, the file as a whole.
    public init(file: String, line: Int = 0, column: Int = 0) {
        self.file = file
        self.line = line
        self.column = column
    }
}

/// A detection rule, parsed and resolved: modifiers applied, identifiers of the condition bound.
public struct Rule: Sendable {
    /// Title, id, level and the other descriptive keys of the rule.
    public var metadata: Metadata
    /// Where the rule stands in its file.
    public var place: Place
    /// Kind of events the rule is written for.
    public var logSource: LogSource
    /// What must hold for the rule to match an event; filters are already AND-ed in by ``RuleSet``.
    public var condition: Expression
    /// The condition with the names its author gave; `outline.expression` equals ``condition``.
    public var outline: Outline

    /// A rule from its parsed parts; without an outline the whole condition becomes one identifier, `condition`.
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
    /// Title, id and the other descriptive keys of the filter.
    public var metadata: Metadata
    /// Where the filter stands in its file.
    public var place: Place
    /// Kind of events whose rules it may narrow.
    public var logSource: LogSource
    /// Ids or names of the rules it applies to; `nil` means any rule of its log source (2.2 draft, `rules: any`).
    public var rules: [String]?
    /// AND-ed to the condition of each rule it names.
    public var condition: Expression
    /// The condition with the names its author gave.
    public var outline: Outline

    /// A filter from its parsed parts; without an outline the whole condition becomes one identifier, `condition`.
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
