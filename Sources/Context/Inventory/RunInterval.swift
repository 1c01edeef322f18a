public import Events

/// A time for which a container ran.
public struct RunInterval: Hashable, Sendable {
    /// When it started; nil when the start was not recorded.
    public var start: Timestamp?
    /// When it ended; nil while it runs or when the end was not recorded.
    public var end: Timestamp?
}

/// Whether a container ran at a moment.
public enum RunState: Hashable, Sendable {
    /// The records say it ran.
    case running
    /// The records say it did not.
    case notRunning
    /// The records do not reach the moment.
    case unknown
}
