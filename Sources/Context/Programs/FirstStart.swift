import Events

/// The first start of a program in a container, as this evidence (no baseline) tells.
struct FirstStart: Sendable {
    var container: String
    var reference: String
    var image: String
    var host: String
    /// As recorded. Adversary text.
    var program: String
    var commandLine: String?
    /// The whole command of the exec that started it; empty for processes.
    var execCommand = ""
    var user: String
    var time: Timestamp
    var isExec: Bool
    var isWindows: Bool

    /// A total order: time, then everything that is shown.
    static func isBefore(_ left: FirstStart, _ right: FirstStart) -> Bool {
        if left.time != right.time { return left.time < right.time }
        if left.isExec != right.isExec { return right.isExec }
        if left.container != right.container { return left.container < right.container }
        return (left.program, left.host, left.user, left.commandLine ?? "", left.execCommand, left.reference)
            < (right.program, right.host, right.user, right.commandLine ?? "", right.execCommand, right.reference)
    }
}
