public import Executables

/// What an inspection saw, in numbers.
public struct InspectionSummary: Sendable {
    /// Something that could not be read.
    public struct Unread: Sendable, Hashable {
        /// The path for people.
        public var path: String
        /// Stable code.
        public var code: String
        /// In words.
        public var detail: String
    }

    /// Executables looked at.
    public var files = 0
    /// Bytes of them; most were never touched.
    public var bytes: Int64 = 0
    /// Files with findings, by their most severe one.
    public var filesBySeverity: [Finding.Severity: Int] = [:]
    /// Files that are no executables.
    public var others = 0
    /// The first of them with the reason, where it was given itself.
    public var refused: [Unread] = []
    /// What could not be read.
    public var unread: [Unread] = []
    /// Executables of the reference.
    public var references = 0
    /// Of them, those that the inspected files do not have.
    public var referencesAlone = 0
    /// Whether it was cancelled before its end.
    public var interrupted = false

    /// Files whose most severe finding is at or above a severity.
    public func files(atOrAbove severity: Finding.Severity) -> Int {
        filesBySeverity.filter { $0.key >= severity }.reduce(0) { $0 + $1.value }
    }
}
