import Events

/// A program that started in a container: what findings are made of.
struct ProgramStart: Sendable {
    var container: String
    /// Image reference of the container; empty if not known.
    var reference: String
    var host: String
    var program: ProgramPath
    /// Command line of the program alone; nil if not known.
    var commandLine: String?
    /// The whole command of the exec that started it; nil for processes.
    var execCommand: String?
    /// The account, where it tells; else empty.
    var user: String
    var time: Timestamp
}

extension ProgramStart {
    /// The start of a process.
    init(_ process: ContainerProcess, _ program: ProgramPath) {
        self.init(
            container: process.container, reference: process.containerImage, host: process.host, program: program,
            commandLine: process.commandLine, execCommand: nil, user: process.user, time: process.time)
    }

    /// One of the commands of an exec.
    init(_ exec: ExecSighting, _ command: ShellLine.Command, _ program: ProgramPath) {
        self.init(
            container: exec.container, reference: exec.image, host: exec.host, program: program,
            commandLine: command.text, execCommand: exec.command, user: "", time: exec.time)
    }
}

extension ProgramGatherer {
    /// Calls `body` for each start of a program that is told: processes in order of host and time, then execs in order of
    /// time. O(n log n).
    func forEachStart(_ context: Context, _ body: (ProgramStart) -> Void) {
        // Millions of starts are of few programs.
        var programs: [String: ProgramPath] = [:]
        let starts = linuxStarts.kept.sorted { $1.isKept(before: $0) }
        context.forEachContainerProcess(starts) { process in
            if process.isWindows, let program = programs[process.image] {
                body(ProgramStart(process, program))
            } else if let program = ProgramPath(process) {
                if process.isWindows, programs.count < ProgramGatherer.programCacheLimit {
                    programs[process.image] = program
                }
                body(ProgramStart(process, program))
            }
        }
        for exec in execs.kept.sorted(by: { $1.isKept(before: $0) }) {
            let isWindows = context.isWindows(exec.container)
            for command in ShellLine(exec.command).commands {
                guard let word = command.words.first, let program = ProgramPath(word, windows: isWindows) else {
                    continue
                }
                body(ProgramStart(exec, command, program))
            }
        }
    }

    private static let programCacheLimit = 1 << 16
}
