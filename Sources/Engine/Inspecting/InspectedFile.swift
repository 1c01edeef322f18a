public import Executables

/// One executable file, looked at: its report, and what changed against a reference.
public struct InspectedFile: Sendable {
    /// The path for people, as in the evidence.
    public var path: String
    /// What was taken off around it, outermost first.
    public var wrapping: [String] = []
    /// The host it was taken from, where the collector's layout tells; empty otherwise.
    public var collectedFrom: String = ""
    /// Where it lay there; empty otherwise.
    public var originalPath: String = ""
    /// Bytes.
    public var size: Int64
    /// What the file says of itself.
    public var report: ExecutableReport
    /// Of ELF files: the functions around `main`.
    public var initialisers: ELFInitialisers?
    /// How it relates to the reference; nil when none was given, or none for this file and nothing to say.
    public var change: InspectedChange?
    /// SHA-256 of the file, hexadecimal; empty for dumps and for files without a finding of low severity or above.
    public var hash = ""
    /// All findings: of the file, and of its change; most severe first.
    public var findings: [Finding] = []

    /// Findings that say what could not be checked, and why.
    public var limits: [Finding] { findings.filter { InspectedFile.limitCodes.contains($0.code) } }

    /// Codes of what a dump cannot show (foreign, missing and absent).
    private static let limitCodes: Set<String> = ["DUMP-06", "DUMP-07", "DUMP-08"]
}

/// How a file relates to the reference.
public struct InspectedChange: Sendable {
    /// The relation.
    public enum Relation: String, Sendable, CaseIterable {
        /// The same bytes.
        case identical
        /// The same build, stamped or signed again.
        case stampsOnly = "stamps-only"
        /// The same code, edited.
        case patched
        /// Another build or version.
        case rebuilt
        /// Another kind of file.
        case unrelated
        /// Not in the reference.
        case added
        /// Listed as changed by `docker diff`, without a file to compare with.
        case changed
    }

    /// The relation.
    public var relation: Relation
    /// The file it was compared with; empty if none.
    public var reference: String = ""
    /// What `docker diff` says of it: `added`, `changed`; empty when it does not list the file or was not given.
    public var listed: String = ""
    /// What changed.
    public var findings: [Finding] = []
}

extension InspectedChange.Relation {
    init(_ relation: PERelation) {
        switch relation {
        case .identical: self = .identical
        case .stampsOnly: self = .stampsOnly
        case .patched: self = .patched
        case .rebuilt: self = .rebuilt
        case .unrelated: self = .unrelated
        }
    }

    /// Nearer relations first: of several candidates the nearest is the reference.
    var distance: Int { InspectedChange.Relation.allCases.firstIndex(of: self) ?? 0 }
}
