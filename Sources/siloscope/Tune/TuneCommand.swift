import ArgumentParser
import Engine
import Events
import Foundation
import Sigma
import Sinks

/// `siloscope tune`: from a false positive to a narrow exception that hides no attack we have a sample of.
struct TuneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tune",
        abstract: "Propose a narrow exception for an alert that is a false positive.",
        usage: "siloscope tune <evidence> ... --alert <id> [<options>]",
        discussion: """
            The exception is a Sigma filter over what an adversary cannot simply choose: digest, program path, command line, \
            user; never a name or a label. What it would have hidden in the evidence is shown. It is refused, with exit \
            code 1, when a sample that must fire would be hidden, when it would hide alerts of other containers or hosts \
            (--broad allows that), or when only names tell the event from an attack.

            EXAMPLES
              siloscope tune evidence/ --alert 0f3c5a7e --owner soc -o exceptions/backup.yml
              # It holds from the next hunt on:
              siloscope hunt evidence/ -r exceptions/
            """)

    @Argument(
        help: ArgumentHelp("Files and folders, as for hunt.", valueName: "evidence"), completion: .file())
    var evidence: [String]

    @Option(name: .long, help: ArgumentHelp("The alert's id, or its start, as hunt prints it.", valueName: "id"))
    var alert: String

    @Option(name: .long, help: ArgumentHelp("Who answers for the exception.", valueName: "name"))
    var owner = ""

    @Option(name: .long, help: ArgumentHelp("Why the alert is no attack.", valueName: "text"))
    var reason = ""

    @Option(
        name: .long, help: ArgumentHelp("Last day of the exception; 90 days from now unless given.", valueName: "day"),
        transform: MomentArgument.moment)
    var expires: Timestamp?

    @Flag(name: .long, help: "Also if alerts of other containers or hosts would be hidden.")
    var broad = false

    @Option(
        name: [.short, .long], help: ArgumentHelp("Write the filter to a file; hunt -r loads it.", valueName: "file"),
        completion: .file(extensions: ["yml"]))
    var output: String?

    @Flag(name: [.customShort("C"), .long], help: "Replace the output file if it exists.")
    var clobber = false

    @OptionGroup(title: "Rules") var rules: RuleArguments
    @OptionGroup(title: "Reading") var reading: ReadingArguments

    @Option(name: .long, help: ArgumentHelp("Worker threads; 0 means as many as the machine has.", valueName: "n"))
    var threads = 0

    /// Days an exception holds unless another end is given.
    private static let days: Int64 = 90

    func validate() throws {
        guard alert.count >= 4, alert.allSatisfy(\.isHexDigit) else {
            throw ValidationError("--alert takes the id of an alert, or at least its first four digits.")
        }
        _ = try rules.placeholders()
    }

    func run() async throws {
        let options = try options()
        let book = try await RuleLoader.load(options)
        let marked = try await markedAlert(options, book)
        let proposal = try proposal(for: marked, book)
        guard let trial = ExceptionTrial(proposal, book: book) else {
            throw ContentComplaint(message: "the proposed filter cannot be read back:\n\(proposal.yaml)", hint: nil)
        }
        let narrowed = try await RuleLoader.load(
            options, adding: [RuleText(path: "proposal.yml", text: proposal.yaml)])
        let samples = await trial.lostSamples(with: narrowed)
        var hidden = HiddenAlerts(trial)
        _ = try await Hunt(options: options).run(book, into: &hidden)
        let report = TuneReport(proposal: proposal, hidden: hidden, samples: samples)
        StandardError.write(report.text)
        if let refusal = report.refusal(broad: broad) { throw refusal }
        try write(proposal.yaml)
    }

    private func options() throws -> HuntOptions {
        var options = HuntOptions()
        options.evidence = evidence
        options.rulePaths = rules.rules
        options.useBuiltin = !rules.noBuiltin
        options.strategiesPath = rules.strategies
        options.ignoreLogSource = rules.ignoreLogsource
        options.placeholders = try rules.placeholders()
        options.today = rules.today
        options.reading = reading.options
        options.threads = threads
        options.ungrouped = true
        options.alertsOfQuietRules = true
        for path in evidence where !FileManager.default.fileExists(atPath: path) {
            throw HuntError(.evidenceUnreadable, path: path, reason: "no such file or folder")
        }
        return options
    }

    private func markedAlert(_ options: HuntOptions, _ book: RuleBook) async throws -> Alert {
        var search = AlertSearch(id: alert)
        _ = try await Hunt(options: options).run(book, into: &search)
        guard let found = search.found else {
            throw ContentComplaint(
                message: "no alert of this evidence and these rules has an id that begins with \(alert)",
                hint: "Give the same evidence and rules as to hunt; an exception may hide it already.", status: .usage)
        }
        guard !search.isAmbiguous else {
            throw ContentComplaint(
                message: "several alerts have an id that begins with \(alert)", hint: "Give more of it.", status: .usage
            )
        }
        return found
    }

    private func proposal(for alert: Alert, _ book: RuleBook) throws -> ExceptionProposal {
        let now = rules.today ?? Timestamp(nanoseconds: Int64(Date().timeIntervalSince1970 * 1_000_000_000))
        let end = expires ?? Timestamp(nanoseconds: now.nanoseconds + Self.days * 86_400_000_000_000)
        let terms = ExceptionProposal.Terms(
            owner: owner, reason: reason, expires: Self.day(end), date: Self.day(now))
        do { return try ExceptionProposal(for: alert, in: book, terms: terms) } catch {
            throw ContentComplaint(
                message: "refused: " + Self.words(for: error, alert), hint: Self.hint(for: error, alert),
                status: .findings)
        }
    }

    private static func day(_ time: Timestamp) -> String { String(TimeText.toTheSecond(time).prefix(10)) }

    private static func words(for refusal: ExceptionProposal.Refusal, _ alert: Alert) -> String {
        switch refusal {
        case .onlyNames: "nothing but names, labels or users tells this event from an attack"
        case .correlation: "'\(alert.rule.title)' is a correlation, and filters apply to rules"
        case .namelessRule: "the rule has neither id nor name by which a filter could name it"
        case .unknownRule: "the rule of the alert is not loaded"
        }
    }

    private static func hint(for refusal: ExceptionProposal.Refusal, _ alert: Alert) -> String? {
        guard refusal == .correlation, let first = alert.members.first else { return nil }
        return "Mark one of its members, e.g. --alert \(first)."
    }

    private func write(_ yaml: String) throws {
        guard let path = output else { return StandardOutputText.write(yaml) }
        var file = try OutputFile(path: path, replaceExisting: clobber)
        do {
            try file.write(Array(yaml.utf8))
            try file.finish()
        } catch {
            file.discard()
            throw error
        }
        StandardError.write("saved     \(TextSafety.visible(path))\n")
    }
}
