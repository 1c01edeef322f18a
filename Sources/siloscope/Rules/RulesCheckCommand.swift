import ArgumentParser
import Engine
import Events
import Sigma
import Sinks

/// `siloscope rules check`: every finding with its place, for authors and for gates.
struct RulesCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check rule files: syntax, modifiers, references, filters.",
        discussion: """
            Exceptions (filters) that nobody owns, that have no reason or no end, that have ended, or whose rule has \
            changed since, are warnings.

            Exits with 2 if a document was rejected, with 1 for warnings when --strict is given, else with 0.

            EXAMPLES
              # The built-in rules and your own:
              siloscope rules check my-rules/
              # A gate:
              siloscope rules check --strict --brief my-rules/
            """)

    @Argument(
        help: ArgumentHelp("Rule files and folders; none means the built-in rules.", valueName: "path"),
        completion: .file())
    var paths: [String] = []

    @Flag(name: .long, help: "Warnings count too: exit with 1.")
    var strict = false

    @Flag(name: .long, help: "One line per finding, as compilers write it.")
    var brief = false

    @Option(
        name: .long,
        help: ArgumentHelp("The day by which exceptions expire, instead of the present one.", valueName: "day"),
        transform: MomentArgument.moment)
    var today: Timestamp?

    @Flag(name: [.customShort("q"), .long], help: "Errors only.")
    var quiet = false

    func run() throws {
        let policy = ExceptionPolicy(on: today)
        let reading =
            paths.isEmpty
            ? try RuleReading(RuleSelection.parse([]), policy: policy)
            : try RuleReading(paths: paths, policy: policy)
        let diagnostics = reading.diagnostics.filter { !quiet || $0.severity == .error }
        let style = StandardOutputText.style()
        var text = ""
        for diagnostic in diagnostics {
            text +=
                brief
                ? TextSafety.visible(diagnostic.description) + "\n"
                : RuleDiagnosticText.text(diagnostic, source: reading.texts[diagnostic.place.file], style: style) + "\n"
        }
        StandardOutputText.write(text)
        StandardError.write(Self.verdict(on: reading) + "\n")
        if reading.ruleSet.rejected > 0 { throw Finished(status: .content) }
        if strict, diagnostics.contains(where: { $0.severity == .warning }) { throw Finished(status: .findings) }
    }

    /// `2,911 rules, 12 correlations, 3 filters: 4 documents rejected, 17 warnings`.
    private static func verdict(on reading: RuleReading) -> String {
        let set = reading.ruleSet
        let warnings = reading.diagnostics.count(where: { $0.severity == .warning })
        return Quantity.count(set.rules.count, "rule") + ", " + Quantity.count(set.correlations.count, "correlation")
            + ", "
            + Quantity.count(set.filters.count, "filter") + ": "
            + (set.rejected > 0 ? Quantity.count(set.rejected, "document") + " rejected, " : "none rejected, ")
            + Quantity.count(warnings, "warning")
    }
}

/// A diagnostic in colour.
enum RuleDiagnosticText {
    static func text(_ diagnostic: Diagnostic, source: String?, style: TerminalStyle) -> String {
        // The library's text is safe already; only its first word and its caret are painted.
        let lines = diagnostic.rendered(source: source).split(separator: "\n", omittingEmptySubsequences: false)
        let ink: Ink = diagnostic.severity == .error ? .failure : .warning
        return lines.enumerated().map { index, line in
            if index == 0, let colon = line.firstIndex(of: ":") {
                return style.paint(String(line[..<colon]), ink) + style.paint(String(line[colon...]), .strong)
            }
            if let bar = line.firstIndex(of: "|") {
                let rest = String(line[line.index(after: bar)...])
                let isCaret = rest.allSatisfy { $0 == " " || $0 == "^" }
                return style.paint(String(line[...bar]), .dim) + (isCaret ? style.paint(rest, ink) : rest)
            }
            return style.paint(String(line), line.contains("= hint:") ? .good : .dim)
        }.joined(separator: "\n") + "\n"
    }
}
