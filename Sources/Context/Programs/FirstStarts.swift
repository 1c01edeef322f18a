import Events

/// Collects first starts: one for each container and program, and one more for each account that tells.
struct FirstStarts {
    private struct Key: Hashable {
        var container: String
        var program: String
        var user: String
    }

    private var all: [Key: FirstStart] = [:]

    mutating func see(_ process: ContainerProcess, key: String, image: String) {
        guard process.time != .unknown else { return }
        see(
            key,
            FirstStart(
                container: process.container, reference: process.containerImage, image: image, host: process.host,
                program: process.image, commandLine: process.commandLine, user: process.user, time: process.time,
                isExec: false, isWindows: process.isWindows))
    }

    mutating func see(_ exec: ExecSighting, _ command: ShellLine.Command, key: String, image: String, windows: Bool) {
        see(
            key,
            FirstStart(
                container: exec.container, reference: exec.image, image: image, host: exec.host,
                program: command.words.first ?? "", commandLine: command.text, execCommand: exec.command, user: "",
                time: exec.time, isExec: true, isWindows: windows))
    }

    /// In order.
    var sorted: [FirstStart] { all.values.sorted(by: FirstStart.isBefore) }

    private mutating func see(_ program: String, _ start: FirstStart) {
        let key = Key(container: start.container, program: program, user: start.user)
        guard let known = all[key] else {
            all[key] = start
            return
        }
        if FirstStart.isBefore(start, known) { all[key] = start }
    }
}
