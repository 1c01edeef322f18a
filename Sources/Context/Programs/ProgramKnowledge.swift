import Events

/// Which programs are usual where.
struct ProgramKnowledge: Sendable {
    /// Why a program may run in a container.
    enum Declared: String, Sendable {
        /// The entry point of the container or its image.
        case entrypoint
        /// Its health check.
        case healthcheck
        /// The engine was told to run it there, just then.
        case exec
        /// Nothing declares it, though something is declared.
        case no
        /// Nothing is known to be declared.
        case unknown
    }

    /// What was found that no single record shows.
    var derived: [DerivedEvent] = []
    /// Numbers for the report of a hunt, with what they mean.
    private(set) var remarks: [String] = []
    private(set) var history = ProgramHistory()
    /// The same of whole commands of execs.
    private(set) var commands = ProgramHistory()
    private var execTimes = SightingTimes()
    private var declared: [DeclaredPrograms] = []
    private var declaredOfContainer: [String: Int32] = [:]
    private var declaredOfImage: [String: Int32] = [:]
    private var names = ImageNames()
    /// Files that were made or changed in a container, and when first; by container, then by path.
    private(set) var changed: [String: [String: Int64]] = [:]
    /// Containers whose changed paths a listing tells.
    private var listed: Set<String> = []
    private let containers: [ContainerID: ProgramDeclaration]
    private let images: [String: ProgramDeclaration]

    /// A process may start so long after the engine recorded the exec, and so long before.
    static let execSlack: (after: Int64, before: Int64) = (10_000_000_000, 5_000_000_000)
    /// A command of an exec is known when it was run so often before.
    static let usualExecs = 5

    /// Nothing known.
    init() {
        containers = [:]
        images = [:]
    }

    /// Everything gathered, told apart by container. O(n log n).
    init(_ gathered: ProgramGatherer, _ context: Context) {
        containers = gathered.containers
        images = gathered.images
        names = ImageNames(containers: containers, images: images)
        count(gathered, context)
        declare()
        learnChanges(gathered, context)
        derived = findings(gathered, context)
        remarks = remarks(on: gathered)
    }

    /// What stands for a container in counts: its id, or host and silo where no record names it.
    static func scope(_ container: ContainerAttribution, host: String) -> String {
        ContainerID(container.id) != nil ? container.id : host + " " + container.id
    }
}

extension ProgramKnowledge {
    /// The prefix by which a baseline tells commands from programs.
    static let commandMark = "\u{1}"

    /// Counts programs and commands.
    private mutating func count(_ gathered: ProgramGatherer, _ context: Context) {
        var programs = ProgramHistory.Builder()
        var lines = ProgramHistory.Builder()
        var execs: [(container: String, program: String, time: Int64)] = []
        let names = names
        gathered.forEachStart(context) { start in
            let image = names.name(of: start.container, reference: start.reference)
            programs.add(start.container, image: image, host: start.host, program: start.program.key, at: start.time)
            guard start.execCommand != nil else { return }
            execs.append((start.container, start.program.key, start.time.nanoseconds))
        }
        for exec in gathered.execs.kept {
            let image = names.name(of: exec.container, reference: exec.image)
            lines.add(exec.container, image: image, host: exec.host, program: exec.command, at: exec.time)
        }
        for seen in gathered.sightings.kept {
            let image = names.name(of: seen.container, reference: seen.image)
            if seen.program.hasPrefix(ProgramKnowledge.commandMark) {
                let command = String(seen.program.dropFirst())
                lines.add(seen.container, image: image, host: seen.host, program: command, at: seen.time)
            } else {
                programs.add(seen.container, image: image, host: seen.host, program: seen.program, at: seen.time)
            }
        }
        history = programs.finish()
        commands = lines.finish()
        let history = history
        execTimes = SightingTimes(
            execs.compactMap { exec in
                guard let container = history.containers[exec.container], let program = history.programs[exec.program]
                else { return nil }
                return (SightingTimes.key(container, program), exec.time)
            })
    }

    private func remarks(on gathered: ProgramGatherer) -> [String] {
        let lost =
            gathered.execs.observed - gathered.execs.kept.count + gathered.sightings.observed
            - gathered.sightings.kept.count + gathered.linuxStarts.observed - gathered.linuxStarts.kept.count
            + history.dropped + commands.dropped
        guard lost > 0 else { return [] }
        return ["\(lost) starts of programs did not fit into memory: novelty may be too high"]
    }

    /// One set of declared programs for all containers that declare the same.
    private mutating func declare() {
        var known: [[String]: Int32] = [:]
        func add(_ container: ProgramDeclaration?, _ image: ProgramDeclaration?) -> Int32 {
            var key: [String] = []
            for declaration in [container, image] {
                for texts in [declaration?.entries, declaration?.healthChecks, declaration?.users] {
                    key += (texts?.spans.keys.sorted() ?? []) + ["\u{0}"]
                }
            }
            if let index = known[key] { return index }
            let isWindows = key.contains { ProgramPath($0)?.isWindows == true }
            declared.append(DeclaredPrograms(container, image, windows: isWindows))
            let index = Int32(declared.count - 1)
            known[key] = index
            return index
        }
        for (digest, image) in images { declaredOfImage[digest] = add(nil, image) }
        for (id, container) in containers {
            let image = names.name(of: id.text, reference: container.references.latest ?? "")
            declaredOfContainer[id.text] = add(container, images[image])
        }
    }

    /// What an image is counted under: its id where it is known, else its reference.
    func imageName(of container: String, reference: String) -> String {
        names.name(of: container, reference: reference)
    }

    /// What is declared for a container; nil if nothing is.
    func declarations(of container: String, reference: String) -> DeclaredPrograms? {
        let index =
            declaredOfContainer[container] ?? declaredOfImage[names.name(of: container, reference: reference)]
        guard let index, declared[Int(index)].isKnown || !declared[Int(index)].users.isEmpty else { return nil }
        return declared[Int(index)]
    }

    private mutating func learnChanges(_ gathered: ProgramGatherer, _ context: Context) {
        var diffs = gathered.diffs
        for (source, paths) in gathered.unnamedDiffs {
            if let id = context.owners[source.source] { diffs[id, default: []].formUnion(paths) }
        }
        for (id, paths) in diffs {
            listed.insert(id.text)
            for path in paths { changed[id.text, default: [:]][path] = .min }
        }
        for creation in gathered.creations.kept {
            let view = creation.record.view
            guard let container = context.attribution(of: view), container.id != "unknown" else { continue }
            let scope = ProgramKnowledge.scope(container, host: ASCII.lowered(view.host))
            let first = changed[scope]?[creation.path] ?? .max
            changed[scope, default: [:]][creation.path] = min(first, creation.record.time.nanoseconds)
        }
    }
}

extension ProgramKnowledge {
    /// Why a program may run. O(log n + commands).
    func reason(
        for program: ProgramPath, in container: String, reference: String, commandLine: String?, at time: Timestamp,
        isExec: Bool
    ) -> Declared {
        let declared = declarations(of: container, reference: reference)
        let reason = declared?.reason(for: program, commandLine: commandLine)
        if reason == .healthcheck { return .healthcheck }
        // A shell that someone opens is not the entry point, even where the entry point is a shell.
        let isShell = SystemPrograms.interpreters.contains(ShellLine.stem(program.name))
        if reason == .entrypoint, !isShell { return .entrypoint }
        if !isExec, isExplained(program, in: container, at: time) { return .exec }
        if reason == .entrypoint, !isExec { return .entrypoint }
        return declared?.isKnown == true ? .no : .unknown
    }

    /// Whether the engine was told to run the program at that time.
    private func isExplained(_ program: ProgramPath, in container: String, at time: Timestamp) -> Bool {
        guard time != .unknown, let container = history.containers[container],
            let number = history.programs[program.key],
            let exec = execTimes.first(
                SightingTimes.key(container, number),
                from: Container.minus(time.nanoseconds, ProgramKnowledge.execSlack.after))
        else { return false }
        return exec <= Container.plus(time.nanoseconds, ProgramKnowledge.execSlack.before)
    }

    /// Whether a program came with the image: `no` when it was made or changed in the container before, or lies where
    /// images keep none and is not declared; `yes` when it is declared, or a listing of changes does not name it. O(1).
    func isFromImage(_ program: ProgramPath, in container: String, _ declared: Declared, at time: Timestamp) -> Bool? {
        if program.hasFolder, let since = changed[container]?[program.path], since <= time.nanoseconds { return false }
        if declared == .entrypoint || declared == .healthcheck { return true }
        if program.isInTemporaryFolder { return false }
        return program.hasFolder && listed.contains(container) ? true : nil
    }

    /// How unusual a program is, 0 to 100:
    ///
    ///     declared by the image                    0
    ///     never seen in the image, watched long    100; 85 if seen elsewhere on the host
    ///     never seen, not watched long             50: nothing can be said
    ///     seen: c in the container, i in others    60 · 2 / (2 + c + 2i), rounded
    ///     told to the engine as an exec            half of it
    static func novelty(_ count: ProgramHistory.Count, _ declared: Declared) -> Int {
        if declared == .entrypoint || declared == .healthcheck { return 0 }
        let seen = count.inContainer + 2 * count.inImage
        let novelty = seen > 0 ? (120 + (2 + seen) / 2) / (2 + seen) : !count.isLong ? 50 : count.onHost > 0 ? 85 : 100
        return declared == .exec ? novelty / 2 : novelty
    }

    /// Whether the command of an exec is expected: a health check, or run often and long before.
    func isKnown(_ command: String, in container: String, reference: String, host: String, at time: Timestamp) -> Bool {
        if declarations(of: container, reference: reference)?.isHealthCheck(command) == true { return true }
        let cut = NeutralText.cut(command, to: ExecSighting.commandLimit)
        let count = commands.count(
            of: cut, container: container, image: names.name(of: container, reference: reference), host: host,
            before: time)
        guard let first = count.first else { return false }
        return count.inContainer + count.inImage >= ProgramKnowledge.usualExecs
            && first.nanoseconds <= Container.minus(time.nanoseconds, ProgramHistory.shortestHistory)
    }

    /// What was seen of a program before a moment.
    func count(
        of program: ProgramPath, in container: String, reference: String, host: String, before time: Timestamp
    ) -> ProgramHistory.Count {
        history.count(
            of: program.key, container: container, image: names.name(of: container, reference: reference), host: host,
            before: time)
    }
}

extension Context {
    /// Whether the inventory knows a container as one of Windows.
    func isWindows(_ container: String) -> Bool {
        guard let id = ContainerID(container), case .one(let known) = inventory.resolve(id) else { return false }
        return known.platform == .windows
    }
}
