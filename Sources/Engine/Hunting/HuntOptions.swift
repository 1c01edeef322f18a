public import Events
public import Sigma

/// What a hunt is asked to do: the arguments, resolved.
public struct HuntOptions: Sendable {
    /// Files and folders, as given.
    public var evidence: [String] = []
    /// Rule files and folders to add, as given.
    public var rulePaths: [String] = []
    /// Whether the rules of the built-in strategies are used.
    public var useBuiltin = true
    /// Folder whose strategies replace the built-in ones.
    public var strategiesPath: String?
    /// Every rule is tried on every event, whatever its log source.
    public var ignoreLogSource = false
    /// Rules below are not loaded.
    public var minimumLevel: Level = .informational
    /// Only these statuses (`stable`, `test`, …); empty means all.
    public var includeStatus: Set<String> = []
    /// Never these.
    public var excludeStatus: Set<String> = []
    /// Only rules with one of these tags; empty means all.
    public var includeTags: Set<String> = []
    /// Never rules with one of these.
    public var excludeTags: Set<String> = []
    /// Only rules with these ids; empty means all.
    public var includeRules: Set<String> = []
    /// Never these.
    public var excludeRules: Set<String> = []
    /// Only events at or after.
    public var from: Timestamp?
    /// Only events before.
    public var to: Timestamp?
    /// Only events of these hosts, channels, event ids (case-insensitive); empty means all.
    public var includeHosts: Set<String> = []
    /// Never events of these hosts, in lower case; wins over ``includeHosts``.
    public var excludeHosts: Set<String> = []
    /// Only events of these Windows channels, in lower case; empty means all.
    public var includeChannels: Set<String> = []
    /// Never events of these Windows channels, in lower case; wins over ``includeChannels``.
    public var excludeChannels: Set<String> = []
    /// Only events with these Windows event ids; empty means all.
    public var includeEventIDs: Set<Int> = []
    /// Never events with these Windows event ids; wins over ``includeEventIDs``.
    public var excludeEventIDs: Set<Int> = []
    /// Values for `%placeholders%` of rules.
    public var placeholders: [String: [String]] = [:]
    /// The day by which exceptions expire; nil means the present one.
    public var today: Timestamp?
    /// What hosts, containers and images are worth; part of the score.
    public var assets = AssetWeights()
    /// Alerts below are not written.
    public var minimumPriority: Priority = .informational
    /// One alert per rule × event instead of grouped ones.
    public var ungrouped = false
    /// Alerts also of rules that only feed correlations: for proving rules by their cases.
    public var alertsOfQuietRules = false
    /// Worker threads; 0 means as many as the machine has.
    public var threads = 0
    /// How the evidence is read.
    public var reading = ReadingOptions()
    /// Memory the sort may use before it spills, bytes.
    public var sortMemory = 32 << 20
    /// File of what earlier evidence taught: the baseline that this evidence is judged with; nil means none.
    public var baselinePath: String?
    /// File to keep what was learned in; nil means none.
    public var savedBaselinePath: String?
    /// Folder of the compiled-rule cache; nil means none.
    public var cachePath: String?

    /// The defaults.
    public init() {}
}

/// Errors that end a hunt before it begins. Exit code 3 (usage) or 2 (rules).
public struct HuntError: Error, Sendable {
    /// What kind of failure.
    public enum Code: String, Sendable {
        /// A path of the evidence does not exist or cannot be read.
        case evidenceUnreadable
        /// Nothing in the evidence was recognised.
        case nothingRecognised
        /// A rule path does not exist.
        case rulesUnreadable
        /// A list of assets cannot be read or understood.
        case assetsUnreadable
        /// No rule could be loaded.
        case noRules
        /// The output could not be written.
        case output
        /// A baseline could not be read or written.
        case baseline
    }

    /// Kind of failure; decides the exit code.
    public var code: Code
    /// File or folder the failure is about; several rule paths are joined by commas.
    public var path: String
    /// What went wrong, in a few words for people.
    public var reason: String

    /// An error.
    public init(_ code: Code, path: String, reason: String) {
        self.code = code
        self.path = path
        self.reason = reason
    }
}
