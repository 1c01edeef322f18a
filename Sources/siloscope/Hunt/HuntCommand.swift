import ArgumentParser

/// `siloscope hunt`: evidence in, alerts out.
struct HuntCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hunt",
        abstract: "Hunt through evidence: event logs, container runtime events, NDJSON.",
        discussion: """
            Formats are recognised from content. Alerts come in order of time, the same on any number of threads.

            EXAMPLES
              # All built-in rules, cards on the screen:
              siloscope hunt evidence/
              # Your own Sigma rules beside the built-in ones, high and critical only:
              siloscope hunt Security.evtx -r sigma/rules/windows -m high
              # What to look at first, where domain controllers matter most:
              siloscope hunt evidence/ --asset 'host:DC*=critical' --min-priority high
              # A timeline for a spreadsheet:
              siloscope hunt evidence/ -t csv -o timeline.csv
              # For machines, one alert a line:
              siloscope hunt evidence/ -t ndjson | jq .rule.title
              # A gate that exits with 1 on findings:
              siloscope hunt evidence/ --last 30d --fail-on-detection -q
            """)

    @Argument(
        help: ArgumentHelp("Files and folders. Folders are read whole.", valueName: "evidence"), completion: .file())
    var evidence: [String]

    @OptionGroup(title: "Rules") var rules: RuleArguments
    @OptionGroup(title: "Filters") var filters: FilterArguments
    @OptionGroup(title: "Priority") var priority: PriorityArguments
    @OptionGroup(title: "Reading") var reading: ReadingArguments
    @OptionGroup(title: "Output") var output: OutputArguments
    @OptionGroup(title: "Work") var work: WorkArguments

    func validate() throws {
        if filters.last != nil, filters.from != nil {
            throw ValidationError("--last and --from say the same: use one.")
        }
        if let from = filters.from, let to = filters.to, from >= to {
            throw ValidationError("--from must be before --to.")
        }
        if rules.noBuiltin, rules.rules.isEmpty, rules.strategies == nil {
            throw ValidationError("--no-builtin leaves no rules: add some with --rules.")
        }
        guard (0...1024).contains(work.threads) else { throw ValidationError("--threads takes 0 to 1024.") }
        _ = try eventIDs(filters.includeEid)
        _ = try eventIDs(filters.excludeEid)
        _ = try rules.placeholders()
    }

    func run() async throws {
        let request = try HuntRequest(self)
        try await HuntRun(request).run()
    }
}
