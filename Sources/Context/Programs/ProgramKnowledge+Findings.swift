import Events

extension ProgramKnowledge {
    /// Most derived events of one kind: the first in time.
    static let findingLimit = 10_000

    /// What the first starts of programs show: `drift`, `novel-program`, `user-mismatch`, each once for a container and
    /// program (for a container, in the last).
    func findings(_ starts: [FirstStart]) -> [DerivedEvent] {
        var found: [String: [DerivedEvent]] = [:]
        var mismatched: Set<String> = []
        var told: Set<[String]> = []
        func add(_ event: DerivedEvent) {
            guard found[event.finding, default: []].count < ProgramKnowledge.findingLimit else { return }
            found[event.finding, default: []].append(event)
        }
        for start in starts {
            let line = start.isExec ? nil : start.commandLine
            guard let program = ProgramPath(start.program, commandLine: line, windows: start.isWindows) else {
                continue
            }
            let facts = facts(
                of: program, in: start.container, reference: start.reference, host: start.host, at: start.time,
                commandLine: start.commandLine, isExec: start.isExec)
            let isFirst = told.insert([start.container, program.key]).inserted
            if isFirst, facts.isFromImage == false { add(drift(start, program, facts)) }
            if isFirst, facts.count.isLong, facts.novelty >= ProgramKnowledge.novelAbove {
                add(novel(start, program, facts))
            }
            if let event = mismatch(start, program, facts), mismatched.insert(start.container).inserted { add(event) }
        }
        return found.values.flatMap { $0 }.sorted()
    }

    /// From this novelty on a first start is worth a derived event.
    static let novelAbove = 85

    private func drift(_ start: FirstStart, _ program: ProgramPath, _ facts: ProgramFacts) -> DerivedEvent {
        event(
            "drift", start, program, facts,
            "\(NeutralText.quoted(program.path)) ran, which did not come with the container's image")
    }

    private func novel(_ start: FirstStart, _ program: ProgramPath, _ facts: ProgramFacts) -> DerivedEvent {
        event(
            "novel-program", start, program, facts,
            "\(NeutralText.quoted(program.path)) ran for the first time in containers of this image, "
                + "which were watched for more than \(ProgramHistory.shortestHistory / 60_000_000_000) minutes before")
    }

    private func mismatch(_ start: FirstStart, _ program: ProgramPath, _ facts: ProgramFacts) -> DerivedEvent? {
        let account = ProgramFacts.account(start.user)
        guard let declared = mismatchedUser(account, in: start.container, reference: start.reference) else {
            return nil
        }
        return event(
            "user-mismatch", start, program, facts,
            "\(NeutralText.quoted(program.path)) runs as \(NeutralText.quoted(account)), but the image declares the user "
                + NeutralText.quoted(declared),
            [FactField("Program.RunsAs", account), FactField("Container.DeclaredUser", declared)])
    }

    private func event(
        _ finding: String, _ start: FirstStart, _ program: ProgramPath, _ facts: ProgramFacts, _ detail: String,
        _ more: [FactField] = []
    ) -> DerivedEvent {
        var fields = facts.fields(of: program, at: start.time)
        if !start.image.isEmpty { fields.append(FactField("Container.ImageId", start.image)) }
        if start.isExec { fields.append(FactField("Exec.Command", start.execCommand)) }
        return DerivedEvent(
            time: start.time, host: start.host, service: .programs, finding: finding,
            container: ContainerID(start.container), detail: detail, fields: fields + more)
    }
}
