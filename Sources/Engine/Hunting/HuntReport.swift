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
        /// Time of the latest event; `nil` when no event has a known time.
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
        /// Stable code of the kind, e.g. `evtx-record-truncated`.
        public var code: String
        /// How many defects of this kind the source has.
        public var count: Int
        /// Byte offset in the source of the first one; -1 where there is none.
        public var firstOffset: Int64
        /// Records known to be lost by all of them together.
        public var recordsLost: Int
        /// What the first one was, for people.
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
        /// How many rules it holds for.
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
        /// What is counted: a level, rule title, host, container or origin.
        public var name: String
        /// How often it was seen.
        public var count: Int

        /// A tally.
        public init(name: String, count: Int) {
            self.name = name
            self.count = count
        }
    }

    /// Every file of the evidence, also those not recognised, with what it gave.
    public var sources: [Source] = []
    /// Events read from all sources, before any filter.
    public var events = 0
    /// rule × event pairs, those of copies included.
    public var hits = 0
    /// rule × event pairs that another source of the evidence had told of already: they count once in alerts.
    public var duplicateHits = 0
    /// Events with at least one hit.
    public var eventsWithHits = 0
    /// Alerts written to the sink; a group of hits counts as one unless grouping was turned off.
    public var alerts = 0
    /// Alerts that were left out because their priority is below the one asked for.
    public var alertsBelowPriority = 0
    /// Alerts written per priority, the most urgent first; priorities without alerts are left out.
    public var alertsByPriority: [Tally] = []
    /// Groups of alerts given on before their hour had passed, because too many were open.
    public var groupsCutShort = 0
    /// Alerts whose behaviour could not be remembered to corroborate others.
    public var behavioursForgotten = 0
    /// Rules and correlations in use.
    public var rulesLoaded = 0
    /// Documents of rule files that were rejected because of errors.
    public var rulesRejected = 0
    /// Different rules and correlations that had at least one hit.
    public var rulesThatFired = 0
    /// Hits (rule × event, and correlations) per level, the most severe first; levels without hits are left out.
    public var hitsByLevel: [Tally] = []
    /// The ten rules with the most hits, by title, most first.
    public var topRules: [Tally] = []
    /// The ten hosts with the most hits, most first.
    public var topHosts: [Tally] = []
    /// The ten containers with the most hits, by name or else the first 12 digits of the id, most first.
    public var topContainers: [Tally] = []
    /// Containers in the inventory.
    public var containers = 0
    /// Events attributed to a container.
    public var attributedEvents = 0
    /// Events no rule looked at, by origin.
    public var unwatched: [Tally] = []
    /// Hits per equal slice of the time span, for the sparkline.
    public var hitHistogram: [Int] = []
    /// Time of the earliest event read; `nil` when no event has a known time.
    public var firstEvent: Timestamp?
    /// Time of the latest event read; `nil` when no event has a known time.
    public var lastEvent: Timestamp?
    /// Time of the earliest event with a hit; `nil` when no such event has a known time.
    public var firstHit: Timestamp?
    /// Time of the latest event with a hit; `nil` when no such event has a known time.
    public var lastHit: Timestamp?
    /// Reasons why loaded rules could not fire on this evidence.
    public var silences: [Silence] = []
    /// What became of each exception, in the order of the rule files.
    public var exceptions: [ExceptionUse] = []
    /// What this evidence cannot show, in sentences (blind spots and assumptions of the strategies in use).
    public var blindSpots: [String] = []
    /// Kinds of data that the strategies need and the evidence does not hold, each with what could not be seen.
    public var missingData: [String] = []
    /// The day that traces without dates were put on, because the files' own dates are those of a copy; empty if none was.
    public var inferredDay = ""
    /// Correlation windows still open at the end of the input.
    public var pendingWindows = 0
    /// Searches of regular expressions that reached the bound on their work: each counted as no match.
    public var searchesGivenUp = 0
    /// Values that were cut or dropped because of the matcher's caps.
    public var valuesCut = 0
    /// Groups, events and windows that correlations had to forget or leave out because of their caps.
    public var correlationLosses = 0
    /// Wall time of the hunt, in seconds.
    public var elapsedSeconds = 0.0
    /// User and system time of the whole process over all threads, in seconds.
    public var cpuSeconds = 0.0
    /// Wall time spent on loading and compiling the rules, in seconds; 0 when they were loaded before the hunt.
    public var ruleLoadSeconds = 0.0
    /// Peak resident memory in bytes.
    public var peakMemory: Int64 = 0
    /// Whether the hunt was cancelled, so that the numbers cover only a part of the evidence.
    public var interrupted = false

    /// An empty report.
    public init() {}
}

/// How far a hunt has come; sent now and then, never per event.
public struct HuntProgress: Sendable {
    /// Bytes of evidence read so far in this pass.
    public var bytesDone: Int64
    /// Size in bytes of all recognised files.
    public var bytesTotal: Int64
    /// Files read to their end so far in this pass.
    public var filesDone: Int
    /// Recognised files that there are to read.
    public var filesTotal: Int
    /// Events read so far in this pass.
    public var events: Int
    /// Hits (rule × event) so far in this pass.
    public var hits: Int
    /// The file being read, and how far into it.
    public var currentPath: String
    /// Bytes from the start of the current file to the end of the piece just read.
    public var currentOffset: Int64
    /// Size of the current file in bytes.
    public var currentSize: Int64
    /// Wall time since the hunt began, in seconds.
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
