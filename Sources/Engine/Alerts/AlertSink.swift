/// Where alerts go. A sink knows alerts only; it is called in the final order, from one task.
public protocol AlertSink {
    /// Takes the next alert. Throws when its output cannot be written (disk full, closed pipe).
    mutating func write(_ alert: Alert) throws
    /// Completes the output: footers, flush. Also called after an interruption, so that output is always whole.
    mutating func finish() throws
}
