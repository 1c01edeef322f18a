/// Why an output could not be written.
public struct OutputError: Error, Sendable, Equatable {
    /// What kind of failure.
    public enum Code: String, Sendable {
        /// The file exists and may not be replaced.
        case exists
        /// The file cannot be created or put in its place.
        case cannotCreate
        /// A write failed (disk full, no permission).
        case writeFailed
        /// The reader of the pipe has gone. Not a failure of ours: `siloscope hunt … | head`.
        case closedPipe
    }

    /// What kind of failure.
    public var code: Code
    /// The output: a path, or `standard output`.
    public var path: String
    /// The system's reason; may be empty.
    public var reason: String

    /// An error.
    public init(_ code: Code, path: String, reason: String = "") {
        self.code = code
        self.path = path
        self.reason = reason
    }
}
