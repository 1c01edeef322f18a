import Events

/// A command that the engine was told to run in a container (`exec_start`).
struct ExecSighting: Bounded {
    var container: String
    var image: String
    var host: String
    /// The command, cut to ``commandLimit``. Adversary text.
    var command: String
    var time: Timestamp

    /// Longest command that is kept, bytes.
    static let commandLimit = 1024

    var cost: Int { 112 + container.utf8.count + image.utf8.count + host.utf8.count + command.utf8.count }

    /// The latest first.
    func isKept(before other: ExecSighting) -> Bool {
        if time != other.time { return time > other.time }
        return (container, command, image, host) < (other.container, other.command, other.image, other.host)
    }
}
