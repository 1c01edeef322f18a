import ArgumentParser

/// `siloscope rules`: what the rules are, whether they are sound, and why they fire or do not.
struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "Check, list, explain and test Sigma rules.",
        subcommands: [RulesCheckCommand.self, RulesListCommand.self, RulesExplainCommand.self, RulesTestCommand.self])
}

/// Which rules a command of `rules` is about, as typed.
struct RuleSelection: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Sigma rules to add: a file or a folder. Repeatable.", valueName: "path"),
        completion: .file())
    var rules: [String] = []

    @Flag(name: .long, help: "Leave the built-in rules out.")
    var noBuiltin = false

    @Option(
        name: .long, help: ArgumentHelp("A folder whose strategies replace the built-in ones.", valueName: "dir"),
        completion: .directory)
    var strategies: String?

    func validate() throws {
        if noBuiltin, rules.isEmpty, strategies == nil {
            throw ValidationError("--no-builtin leaves no rules: add some with --rules.")
        }
    }
}
