import ArgumentParser
import Engine
import Sinks

/// `siloscope rules test`: proves every rule of the strategies by its cases.
struct RulesTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Run the cases of the strategies' rules: samples that must fire, near misses that must not.",
        discussion: """
            Each sample is written as the evidence it would leave (binary event log, engine events, inspect document) and \
            hunted through like any other. Exits with 1 when a rule misbehaves, or has no case.

            EXAMPLES
              siloscope rules test
              siloscope rules test --strategies my-strategies/ --verbose
            """)

    @Option(
        name: .long, help: ArgumentHelp("A folder whose strategies replace the built-in ones.", valueName: "dir"),
        completion: .directory)
    var strategies: String?

    @Flag(name: [.short, .long], help: "Show the samples that behaved, too.")
    var verbose = false

    func run() async throws {
        let options = CaseRunner.options(strategies: strategies)
        let outcomes = await CaseRunner(book: try await RuleLoader.load(options)).runAll()
        var text = ""
        for outcome in outcomes where verbose || !outcome.passed { text += Self.line(outcome) + "\n" }
        let failed = outcomes.count(where: { !$0.passed })
        text += "\(outcomes.count - failed) passed, \(failed) failed\n"
        StandardOutputText.write(text)
        if failed > 0 { throw Finished(status: .findings) }
    }

    /// `FAILED Strategies/…/cases/x.yml: did not fire: note (Title)`
    private static func line(_ outcome: CaseRunner.Outcome) -> String {
        let verdict = outcome.passed ? "ok" : "FAILED"
        let behaviour = outcome.problem ?? (outcome.fired ? "fired" : "did not fire")
        let note = outcome.note.isEmpty ? "" : ": " + outcome.note
        return TextSafety.visible("\(verdict) \(outcome.path): \(behaviour)\(note) (\(outcome.title))")
    }
}
