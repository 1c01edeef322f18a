/// What ties an event to a process tree: the process, or the parent where only that is known.
struct Tie: Sendable {
    /// Index of the event's process; -1 if it is not known.
    var process: Int32 = -1
    /// Index of the parent that a start tells of, looked for when the process is not known; -1 if not known either.
    var parent: Int32 = -1
    /// Membership of the process, else of the parent; -1 for none.
    var membership: Int32 = -1

    /// Membership of the process itself, or of the parent, as one number.
    var code: Int64 { Int64(membership) << 1 | (process >= 0 ? 0 : 1) }
}
