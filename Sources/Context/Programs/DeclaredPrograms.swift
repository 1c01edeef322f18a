/// The programs that a container or its image declares, ready to be compared with what ran.
struct DeclaredPrograms: Sendable {
    /// Why a program is expected.
    enum Reason: String, Sendable, Comparable {
        case healthcheck, entrypoint

        static func < (left: Reason, right: Reason) -> Bool { left.rawValue < right.rawValue }
    }

    /// How the arguments have to fit.
    private enum Fit: Sendable { case any, prefix, equal }

    private struct Command: Sendable {
        var reason: Reason
        /// The words after the program.
        var arguments: [String]
        var fit: Fit

        func fits(_ words: [String]) -> Bool {
            switch fit {
            case .any: true
            case .prefix: words.starts(with: arguments)
            case .equal: words == arguments
            }
        }
    }

    /// Most commands of one container that are compared.
    static let commandLimit = 256

    private var commands: [String: [Command]] = [:]
    private var healthChecks: Set<String> = []
    /// Commands that are compared.
    private(set) var count = 0
    /// Declared users of the image, of the container when the image is not known; sorted.
    private(set) var users: [String] = []
    /// Whether a command is declared at all.
    var isKnown: Bool { count > 0 }

    /// What a container and its image declare.
    init(_ container: ProgramDeclaration?, _ image: ProgramDeclaration?, windows: Bool) {
        for declaration in [container, image] {
            guard let declaration else { continue }
            for text in declaration.healthChecks.spans.keys.sorted() {
                healthChecks.insert(text)
                add(text, .healthcheck, windows)
            }
        }
        // A container that was made with a command of its own does not run the image's.
        let ownEntries = container?.entries.spans.keys.sorted() ?? []
        let entries = ownEntries.isEmpty ? image?.entries.spans.keys.sorted() ?? [] : ownEntries
        for text in entries { add(text, .entrypoint, windows) }
        let declared = image.map { $0.users.spans.keys.sorted() } ?? []
        users = declared.isEmpty ? container?.users.spans.keys.sorted() ?? [] : declared
    }

    /// Whether a whole command of an exec is a health check.
    func isHealthCheck(_ command: String) -> Bool { healthChecks.contains(command) }

    /// Why a program is expected; nil if it is not. O(commands of the same program).
    ///
    /// - Parameter commandLine: What it was started with; without it the name decides.
    func reason(for program: ProgramPath, commandLine: String?) -> Reason? {
        guard let all = commands[program.key] else { return nil }
        guard let commandLine, !commandLine.isEmpty else { return all.map(\.reason).max() }
        let words = ShellLine.canonical(ShellLine(commandLine).commands.first?.words ?? [])
        return all.filter { $0.fits(Array(words.dropFirst())) }.map(\.reason).max()
    }

    /// An entry point that is no interpreter may be started with any arguments (workers of a server). An interpreter is
    /// told by its first arguments, a shell's line and what stands in it by all of them up to the first variable.
    private mutating func add(_ text: String, _ reason: Reason, _ windows: Bool) {
        for (index, command) in ShellLine(text).commands.enumerated() {
            guard count < DeclaredPrograms.commandLimit, let first = command.words.first,
                let program = ProgramPath(first, windows: windows)
            else { continue }
            count += 1
            var arguments = Array(ShellLine.canonical(command.words).dropFirst())
            var fit = Fit.equal
            let isInterpreter = SystemPrograms.interpreters.contains(ShellLine.stem(first))
            if index == 0, reason == .entrypoint, !command.isWrapper {
                fit = isInterpreter && !arguments.isEmpty ? .prefix : isInterpreter ? .equal : .any
            } else if index > 0, let variable = arguments.firstIndex(where: { $0.utf8.contains(0x24) }), variable > 0 {
                arguments.removeSubrange(variable...)
                fit = .prefix
            }
            commands[program.key, default: []].append(Command(reason: reason, arguments: arguments, fit: fit))
        }
    }
}
