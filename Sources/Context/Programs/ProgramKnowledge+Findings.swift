import Events

extension ProgramKnowledge {
    /// Most derived events of one kind: the first in time.
    static let findingLimit = 10_000

    /// What the starts of programs show: `drift` and `novel-program` once for a container and program, `user-mismatch`
    /// once for a container. O(starts + pairs · log n).
    func findings(_ gathered: ProgramGatherer, _ context: Context) -> [DerivedEvent] {
        var found: [String: [DerivedEvent]] = [:]
        var judged: Set<UInt64> = []
        var told: Set<[String]> = []
        func add(_ event: DerivedEvent, _ about: String) {
            guard found[event.finding, default: []].count < ProgramKnowledge.findingLimit,
                told.insert([event.finding, event.host, about]).inserted
            else { return }
            found[event.finding, default: []].append(event)
        }
        gathered.forEachStart(context) { start in
            guard let container = history.containers[start.container],
                let program = history.programs[start.program.key]
            else { return }
            // Later starts of a program show nothing new, unless its file may have been changed or the user tells.
            let isFirst = judged.insert(SightingTimes.key(container, program)).inserted
            guard isFirst || !start.user.isEmpty || changed[start.container] != nil else { return }
            let facts = facts(
                of: start.program, in: start.container, reference: start.reference, host: start.host, at: start.time,
                commandLine: start.commandLine, isExec: start.execCommand != nil)
            let pair = start.container + " " + start.program.key
            if facts.isFromImage == false { add(drift(start, facts), pair) }
            if facts.count.isLong, facts.novelty >= ProgramKnowledge.novelAbove { add(novel(start, facts), pair) }
            if let event = mismatch(start, facts) { add(event, start.container) }
        }
        return found.values.flatMap { $0 }.sorted()
    }

    /// From this novelty on a first start is worth a derived event.
    static let novelAbove = 85

    private func drift(_ start: ProgramStart, _ facts: ProgramFacts) -> DerivedEvent {
        event(
            "drift", start, facts,
            "\(NeutralText.quoted(start.program.path)) ran, which did not come with the container's image")
    }

    private func novel(_ start: ProgramStart, _ facts: ProgramFacts) -> DerivedEvent {
        event(
            "novel-program", start, facts,
            "\(NeutralText.quoted(start.program.path)) ran for the first time in containers of this image, "
                + "which were watched for more than \(ProgramHistory.shortestHistory / 60_000_000_000) minutes before")
    }

    private func mismatch(_ start: ProgramStart, _ facts: ProgramFacts) -> DerivedEvent? {
        guard !SystemPrograms.launchers.contains(start.program.name) else { return nil }
        let account = ProgramFacts.account(start.user)
        guard let declared = mismatchedUser(account, in: start.container, reference: start.reference) else {
            return nil
        }
        return event(
            "user-mismatch", start, facts,
            "\(NeutralText.quoted(start.program.path)) runs as \(NeutralText.quoted(account)), but the image declares the user "
                + NeutralText.quoted(declared),
            [FactField("Program.RunsAs", account), FactField("Container.DeclaredUser", declared)])
    }

    private func event(
        _ finding: String, _ start: ProgramStart, _ facts: ProgramFacts, _ detail: String,
        _ more: [FactField] = []
    ) -> DerivedEvent {
        var fields = facts.fields(of: start.program, at: start.time)
        let image = imageName(of: start.container, reference: start.reference)
        if !image.isEmpty { fields.append(FactField("Container.ImageId", image)) }
        if let command = start.execCommand { fields.append(FactField("Exec.Command", command)) }
        return DerivedEvent(
            time: start.time, host: start.host, service: .programs, finding: finding,
            container: ContainerID(start.container), detail: detail, fields: fields + more)
    }
}
