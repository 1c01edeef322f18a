/// Something about a file or a process image that somebody should look at, or that explains what was seen.
///
/// A fact with its reason, not a verdict: rules decide what becomes an alert.
public struct Finding: Sendable, Hashable {
    /// How much it matters when it is what it looks like.
    public enum Severity: Int, Sendable, Comparable, CaseIterable {
        /// Explains; nothing is wrong.
        case informational
        /// Unusual, and ordinary software does it too.
        case low
        /// Ordinary software hardly does it.
        case medium
        /// No ordinary toolchain or program does it.
        case high

        /// Whether `left` matters less.
        public static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }
    }

    /// How sure it is that the bytes say what the finding says.
    public enum Confidence: Int, Sendable, Comparable {
        /// The evidence allows it, other readings too.
        case possible
        /// The evidence speaks for it.
        case likely
        /// The bytes say so.
        case certain

        /// Whether `left` is less sure.
        public static func < (left: Confidence, right: Confidence) -> Bool { left.rawValue < right.rawValue }
    }

    /// Where it stands. Any part may be unknown.
    public struct Place: Sendable, Hashable {
        /// Offset in the file, in bytes.
        public var fileOffset: UInt64?
        /// Virtual address (image base included), or the address in a process.
        public var address: UInt64?
        /// The section, segment or module it lies in; written by the adversary.
        public var region: String

        /// A place.
        public init(fileOffset: UInt64? = nil, address: UInt64? = nil, region: String = "") {
            self.fileOffset = fileOffset
            self.address = address
            self.region = region
        }
    }

    /// Stable code of the check, e.g. `TLS-P08` (fact sheet tls.md, sections 3.2, 5.1 and 6).
    public var code: String
    /// What it is, in a few words.
    public var title: String
    /// How much it matters.
    public var severity: Severity
    /// How sure it is.
    public var confidence: Confidence
    /// Why, with the numbers; names from the file are neutralised by whoever prints them.
    public var why: String
    /// What ordinary software looks the same; empty if none is known.
    public var falsePositives: String
    /// Where.
    public var place: Place

    /// A finding.
    public init(
        code: String, title: String, severity: Severity, confidence: Confidence, why: String,
        falsePositives: String = "", place: Place = Place()
    ) {
        self.code = code
        self.title = title
        self.severity = severity
        self.confidence = confidence
        self.why = why
        self.falsePositives = falsePositives
        self.place = place
    }
}
