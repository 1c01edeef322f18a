public import Events

/// What a hunt says besides its alerts: what was read, what was found where, what was lost, and why it is silent.
public struct HuntReport: Sendable {
    /// One source of the evidence.
    public struct Source: Sendable {
        /// As given and joined.
        public var path: String
        /// Format name, or empty if not recognised.
        public var format: String
        /// `certain`, `likely`, `possible`; empty if not recognised.
        public var certainty: String
        /// Size in bytes.
        public var bytes: Int64
        /// Events delivered.
        public var events: Int
        /// Defects by code, with count, first offset and records lost.
        public var defects: [DefectSummary]
        /// Time of the first and last event, if any.
        public var first: Timestamp?
        public var last: Timestamp?

        /// A source nothing has been read from yet.
        public init(path: String, format: String, certainty: String, bytes: Int64) {
            self.path = path
            self.format = format
            self.certainty = certainty
            self.bytes = bytes
            events = 0
            defects = []
        }
    }

    /// Defects of one kind in one source.
    public struct DefectSummary: Sendable, Equatable {
        public var code: String
        public var count: Int
        public var firstOffset: Int64
        public var recordsLost: Int
        public var detail: String

        /// The first defect of its kind.
        public init(code: String, count: Int, firstOffset: Int64, recordsLost: Int, detail: String) {
            self.code = code
            self.count = count
            self.firstOffset = firstOffset
            self.recordsLost = recordsLost
            self.detail = detail
        }
    }

    /// A reason why rules could not fire on this evidence, with the rules it holds for.
    public struct Silence: Sendable, Equatable {
        /// e.g. `no events of log source windows/image_load (Microsoft-Windows-Sysmon/Operational 7)`.
        public var reason: String
        public var ruleCount: Int
        /// A few titles, as examples.
        public var examples: [String]

        /// A reason.
        public init(reason: String, ruleCount: Int, examples: [String]) {
            self.reason = reason
            self.ruleCount = ruleCount
            self.examples = examples
        }
    }

    /// A name with a number, for the top lists.
    public struct Tally: Sendable, Equatable {
        public var name: String
        public var count: Int

        /// A tally.
        public init(name: String, count: Int) {
            self.name = name
            self.count = count
        }
    }

    public var sources: [Source] = []
    public var events = 0
    /// rule × event pairs.
    public var hits = 0
    /// Events with at least one hit.
    public var eventsWithHits = 0
    public var alerts = 0
    public var rulesLoaded = 0
    public var rulesRejected = 0
    public var rulesThatFired = 0
    public var hitsByLevel: [Tally] = []
    public var topRules: [Tally] = []
    public var topHosts: [Tally] = []
    public var topContainers: [Tally] = []
    /// Containers in the inventory.
    public var containers = 0
    /// Events attributed to a container.
    public var attributedEvents = 0
    /// Events no rule looked at, by origin.
    public var unwatched: [Tally] = []
    /// Hits per equal slice of the time span, for the sparkline.
    public var hitHistogram: [Int] = []
    public var firstEvent: Timestamp?
    public var lastEvent: Timestamp?
    public var firstHit: Timestamp?
    public var lastHit: Timestamp?
    public var silences: [Silence] = []
    /// What this evidence cannot show, in sentences (blind spots and assumptions of the strategies in use).
    public var blindSpots: [String] = []
    /// Correlation windows still open at the end of the input.
    public var pendingWindows = 0
    public var elapsedSeconds = 0.0
    public var cpuSeconds = 0.0
    public var ruleLoadSeconds = 0.0
    /// Peak resident memory in bytes.
    public var peakMemory: Int64 = 0
    public var interrupted = false

    /// An empty report.
    public init() {}
}

/// How far a hunt has come; sent now and then, never per event.
public struct HuntProgress: Sendable {
    public var bytesDone: Int64
    public var bytesTotal: Int64
    public var filesDone: Int
    public var filesTotal: Int
    public var events: Int
    public var hits: Int
    /// The file being read, and how far into it.
    public var currentPath: String
    public var currentOffset: Int64
    public var currentSize: Int64
    public var elapsedSeconds: Double

    /// A snapshot.
    public init(
        bytesDone: Int64, bytesTotal: Int64, filesDone: Int, filesTotal: Int, events: Int, hits: Int,
        currentPath: String, currentOffset: Int64, currentSize: Int64, elapsedSeconds: Double
    ) {
        self.bytesDone = bytesDone
        self.bytesTotal = bytesTotal
        self.filesDone = filesDone
        self.filesTotal = filesTotal
        self.events = events
        self.hits = hits
        self.currentPath = currentPath
        self.currentOffset = currentOffset
        self.currentSize = currentSize
        self.elapsedSeconds = elapsedSeconds
    }
}
