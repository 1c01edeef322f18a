import ArgumentParser
import Engine
import Events
import Sigma

/// Which rules, as typed.
struct RuleArguments: ParsableArguments {
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

    @Option(
        name: .long,
        help: ArgumentHelp("Values for a %placeholder% of rules. Repeatable.", valueName: "name=v1,v2"))
    var placeholder: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("The day by which exceptions expire, instead of the present one.", valueName: "day"),
        transform: MomentArgument.moment)
    var today: Timestamp?

    @Flag(name: .long, help: "Try every rule on every event, whatever its log source.")
    var ignoreLogsource = false
}

/// Which of the rules and of the events, as typed.
struct FilterArguments: ParsableArguments {
    @Option(
        name: [.customShort("m"), .long],
        help: ArgumentHelp("Leave out rules below.", valueName: "level"))
    var minLevel = LevelArgument(.informational)

    @Option(
        name: .long,
        help: ArgumentHelp("Only events at or after: 2024-05-01, 2024-05-01T12:30Z (UTC).", valueName: "time"),
        transform: MomentArgument.moment)
    var from: Timestamp?

    @Option(name: .long, help: ArgumentHelp("Only events before.", valueName: "time"), transform: MomentArgument.moment)
    var to: Timestamp?

    @Option(
        name: .long,
        help: ArgumentHelp("Only events of the last 45m, 12h, 30d, 2w, counted from now.", valueName: "span"),
        transform: MomentArgument.span)
    var last: Int64?

    @Option(
        name: .long,
        help: ArgumentHelp("Only these hosts. Lists with commas, and repeatable, as all below.", valueName: "names"))
    var includeComputer: [String] = []

    @Option(name: .long, help: ArgumentHelp("Not these hosts.", valueName: "names"))
    var excludeComputer: [String] = []

    @Option(name: .long, help: ArgumentHelp("Only these Windows channels.", valueName: "names"))
    var includeChannel: [String] = []

    @Option(name: .long, help: ArgumentHelp("Not these channels.", valueName: "names"))
    var excludeChannel: [String] = []

    @Option(name: .long, help: ArgumentHelp("Only these event ids.", valueName: "ids"))
    var includeEid: [String] = []

    @Option(name: .long, help: ArgumentHelp("Not these event ids.", valueName: "ids"))
    var excludeEid: [String] = []

    @Option(
        name: .long, help: ArgumentHelp("Only rules with one of these tags, e.g. attack.t1055.005.", valueName: "tags"))
    var includeTag: [String] = []

    @Option(name: .long, help: ArgumentHelp("No rules with one of these tags.", valueName: "tags"))
    var excludeTag: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("Only rules of these statuses: stable, test, experimental, …", valueName: "statuses"))
    var includeStatus: [String] = []

    @Option(name: .long, help: ArgumentHelp("No rules of these statuses.", valueName: "statuses"))
    var excludeStatus: [String] = []

    @Option(name: .long, help: ArgumentHelp("Only rules with these ids.", valueName: "ids"))
    var includeRule: [String] = []

    @Option(name: .long, help: ArgumentHelp("No rules with these ids.", valueName: "ids"))
    var excludeRule: [String] = []
}

/// What makes an alert urgent, as typed.
struct PriorityArguments: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Leave out alerts below: critical (P1), high (P2), medium (P3), low (P4), informational.",
            valueName: "priority"))
    var minPriority = PriorityArgument(.informational)

    @Option(
        name: .long,
        help: ArgumentHelp(
            "What hosts, containers and images are worth: low, normal, high, critical. host:DC*=critical, "
                + "image:shop/*=high; without a kind any of the three. The heaviest counts. Repeatable.",
            valueName: "pattern=weight"))
    var asset: [AssetArgument] = []

    @Option(
        name: .long,
        help: ArgumentHelp("A YAML file with such a list. Repeatable.", valueName: "file"),
        completion: .file(extensions: ["yml", "yaml"]))
    var assets: [String] = []
}

/// What comes out, as typed.
struct OutputArguments: ParsableArguments {
    @Option(
        name: [.customShort("t"), .long],
        help: ArgumentHelp("How alerts are written. table: cards for people, on a terminal and off it."))
    var format: OutputFormat = .table

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Write the alerts to a file, whole or not at all.", valueName: "file"),
        completion: .file())
    var output: String?

    @Flag(name: [.customShort("C"), .long], help: "Replace the output file if it exists.")
    var clobber = false

    @Flag(name: .long, help: "One alert per rule and event, instead of groups.")
    var ungrouped = false

    @Flag(name: .long, help: "Exit with 1 if there is an alert.")
    var failOnDetection = false

    @Flag(name: .long, help: "Exit with 1 if anything in the evidence could not be read as it should.")
    var strict = false

    @Flag(name: [.customShort("v"), .long], help: "Whole values, all fields, full lists in the summary.")
    var verbose = false

    @Flag(name: [.customShort("q"), .long], help: "Alerts only: no progress, no summary.")
    var quiet = false

    @Flag(name: [.customShort("N"), .long], help: "No summary.")
    var noSummary = false

    @Flag(name: .long, help: "No progress line.")
    var noProgress = false

    @Flag(name: [.customShort("K"), .long], help: "No colours (NO_COLOR says the same).")
    var noColor = false
}

/// How the work is done, as typed.
struct WorkArguments: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Worker threads; 0 means as many as the machine has.", valueName: "n"))
    var threads = 0

    @Option(
        name: .long, help: ArgumentHelp("Folder for compiled rules, to start faster.", valueName: "dir"),
        completion: .directory)
    var cache: String?

    @Flag(name: .long, help: "Neither read nor write compiled rules.")
    var noCache = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "What an earlier hunt learned: programs, flows and containers in it are known here.", valueName: "file"),
        completion: .file())
    var baseline: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Keep what this hunt learns, on top of --baseline.", valueName: "file"), completion: .file())
    var saveBaseline: String?
}
