import Events

extension ProgramKnowledge {
    /// Appends what is to be said of one event. O(1) when nothing is.
    func addFields(of view: EventView, _ container: ContainerAttribution?, to fields: inout [FactField]) {
        guard let container else { return }
        switch view.kind {
        case .processStart, .linuxProcess: addProcess(view, container, to: &fields)
        case .dockerEvent: if let command = view.execCommand { addExec(command, view, container, to: &fields) }
        case .dockerInspect: addEntry(view, container, to: &fields)
        default: break
        }
    }

    /// The path of the program that a process creation on Linux tells, else its short name.
    static func linuxImage(_ view: EventView) -> String? { view.first(.image, .pathFull, .path, .comm) }

    /// The program that a container was made to run.
    private func addEntry(_ view: EventView, _ container: ContainerAttribution, to fields: inout [FactField]) {
        guard
            let program = view.value("Path").flatMap({ ProgramPath($0, windows: container.platform == "windows") })
        else { return }
        fields.append(FactField("Program.Name", program.name))
        fields.append(FactField("Program.Path", program.path))
        if SystemPrograms.isMasquerade(program, commandLine: "") {
            fields.append(FactField("Program.Masquerade", true))
        }
        fields.append(FactField("Program.InTemporaryFolder", program.isInTemporaryFolder))
    }

    private func addProcess(_ view: EventView, _ container: ContainerAttribution, to fields: inout [FactField]) {
        let isWindows = view.kind == .processStart
        let image = isWindows ? view.first(.image, .newProcessName) : ProgramKnowledge.linuxImage(view)
        guard
            let program = image.flatMap({ ProgramPath($0, commandLine: view[.commandLine], windows: isWindows) })
        else { return }
        let host = ASCII.lowered(view.host)
        let scope = ProgramKnowledge.scope(container, host: host)
        fields += facts(
            of: program, in: scope, reference: container.image, host: host, at: view.time,
            commandLine: view[.commandLine], isExec: false
        ).fields(of: program, at: view.time)
        if let user = isWindows ? ContainerUser.named(by: view) : view.first(.user) {
            let account = ProgramFacts.account(user)
            fields.append(FactField("Program.RunsAs", account))
            if mismatchedUser(account, in: scope, reference: container.image) != nil {
                fields.append(FactField("Container.UserMismatch", true))
            }
        }
        if let terminal = view[.tty], !terminal.isEmpty {
            fields.append(FactField("Exec.Interactive", !["(none)", "-", "?", "none", "0"].contains(terminal)))
        }
    }

    private func addExec(
        _ command: String, _ view: EventView, _ container: ContainerAttribution, to fields: inout [FactField]
    ) {
        let isWindows = container.platform == "windows"
        let line = ShellLine(command)
        guard let word = line.program, let program = ProgramPath(word, windows: isWindows) else { return }
        let host = ASCII.lowered(view.host)
        fields.append(FactField("Exec.Program", program.name))
        var names: [String] = []
        var programs: [ProgramPath] = []
        for command in line.commands {
            guard let word = command.words.first, let program = ProgramPath(word, windows: isWindows) else { continue }
            if !names.contains(program.name) { names.append(program.name) }
            if !programs.contains(program) { programs.append(program) }
        }
        fields.append(FactField("Exec.Programs", names))
        fields.append(
            FactField(
                "Exec.Declared",
                isKnown(command, in: container.id, reference: container.image, host: host, at: view.time)))
        if line.isInteractiveShell { fields.append(FactField("Exec.Interactive", true)) }
        // The program that is most unlike the image speaks for the line.
        let all = programs.map { program in
            let text = line.commands.first {
                $0.words.first.flatMap { ProgramPath($0, windows: isWindows) } == program
            }?.text
            return (
                program,
                facts(
                    of: program, in: container.id, reference: container.image, host: host, at: view.time,
                    commandLine: text, isExec: true)
            )
        }
        let telling = all.first { $0.1.isMasquerade || $0.1.isFromImage == false } ?? all.first { $0.0 == program }
        if let telling { fields += telling.1.fields(of: telling.0, at: view.time) }
    }
}

extension ShellLine {
    /// Whether the line is a shell that reads what someone types: no arguments but options, and no line to run.
    var isInteractiveShell: Bool {
        guard commands.count == 1, let words = commands.first?.words, let first = words.first else { return false }
        let shells: Set<String> = ["sh", "bash", "ash", "dash", "zsh", "ksh", "cmd", "powershell", "pwsh"]
        guard shells.contains(ShellLine.stem(first)) else { return false }
        return words.dropFirst().allSatisfy { $0.hasPrefix("-") || $0.hasPrefix("/") && $0.utf8.count == 2 }
    }
}
