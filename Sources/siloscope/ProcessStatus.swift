/// How the process ends.
enum ProcessStatus: Int32 {
    /// Done; hits are no failure.
    case success = 0
    /// Findings, where the user asked for them to count (`--fail-on-detection`, tests, checks).
    case findings = 1
    /// A rule or other content is wrong.
    case content = 2
    /// The command line, the configuration, or a file named there is wrong.
    case usage = 3
    /// Ended by Ctrl-C.
    case interrupted = 130
    /// Ended by a request to terminate.
    case terminated = 143
}

/// Ends a command with a status and no further words.
struct Finished: Error {
    let status: ProcessStatus
}
