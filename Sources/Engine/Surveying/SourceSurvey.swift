public import Events

/// What is in a folder of evidence, file by file, and what the strategies would still need.
public struct SourceSurvey: Sendable {
    /// Something with a count.
    public struct Tally: Sendable, Equatable {
        /// What is counted.
        public var name: String
        /// How often.
        public var count: Int

        /// A name with its count.
        public init(name: String, count: Int) {
            self.name = name
            self.count = count
        }
    }

    /// One file.
    public struct Source: Sendable {
        /// As given and joined, members of archives behind `!`.
        public var path: String
        /// The format's name; empty if not recognised.
        public var format: String
        /// `certain`, `likely`, `possible`; empty if not recognised.
        public var certainty: String
        /// Why it was not recognised; empty if it was.
        public var reason: String
        /// What it was wrapped in, outermost first: `zip`, `gzip`, `utf-16le`.
        public var wrapping: [String]
        /// The host that the collector's layout tells; empty if it does not.
        public var collectedFrom: String
        /// Where the file lay on that host, as far as the layout tells; else empty.
        public var originalPath: String
        /// Size in bytes, unwrapped.
        public var bytes: Int64
        /// Events delivered.
        public var records = 0
        /// What was wrong, by kind.
        public var defects: [HuntReport.DefectSummary] = []
        /// Hosts that the events name, most first; past ``SourceSurvey/namesKept`` only counted.
        public var hosts: [Tally] = []
        /// Time of the earliest and latest event with a time that can be.
        public var first: Timestamp?
        /// Time of the latest event.
        public var last: Timestamp?
        /// Channels with event ids, or products with services, most first.
        public var origins: [Tally] = []

        /// Records known to be lost.
        public var recordsLost: Int { defects.reduce(0) { $0 + $1.recordsLost } }
    }

    /// A file, folder or archive member that could not be read.
    public struct Unread: Sendable, Equatable {
        /// The path for people.
        public var path: String
        /// Stable code, e.g. `unreadable`, `archive-password`.
        public var code: String
        /// What the system said.
        public var detail: String
    }

    /// A need of a strategy, and whether the evidence meets it.
    public struct Need: Sendable {
        /// The strategy's id.
        public var strategy: String
        /// Stable name of the need.
        public var id: String
        /// What is needed, for people.
        public var title: String
        /// What it is good for.
        public var why: String
        /// How to collect it, by platform.
        public var commands: [(platform: String, command: String)]
        /// Log sources that meet it, as written in the strategy, that had events.
        public var metBy: [String]
    }

    /// Names of hosts and origins kept per file.
    public static let namesKept = 1000

    /// The files, sorted by path.
    public var sources: [Source] = []
    /// Files, folders and archive members that could not be read.
    public var unread: [Unread] = []
    /// All needs, in the order of the strategies.
    public var needs: [Need] = []
    /// Whether it was cancelled and is not complete.
    public var interrupted = false

    /// An empty survey.
    public init() {}
}
