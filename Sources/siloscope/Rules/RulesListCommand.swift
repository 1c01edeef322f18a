import ArgumentParser
import Engine
import Sigma
import Sinks

/// `siloscope rules list`: what would hunt.
struct RulesListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List rules, worst level first.",
        usage: "siloscope rules list [<options>]",
        discussion: """
            EXAMPLES
              # The built-in rules:
              siloscope rules list
              # Everything about TLS callbacks, with whole ids, for other tools:
              siloscope rules list -r sigma/rules --tag attack.t1055.005 --tsv
            """)

    @OptionGroup(title: "Rules") var selection: RuleSelection

    @Option(
        name: [.customShort("m"), .long],
        help: ArgumentHelp("Leave out rules below.", valueName: "level"))
    var minLevel = LevelArgument(.informational)

    @Option(name: .long, help: ArgumentHelp("Only rules with this tag.", valueName: "tag"))
    var tag: String?

    @Option(name: .long, help: ArgumentHelp("Only rules whose title has this text.", valueName: "text"))
    var search: String?

    @Flag(name: .long, help: "Tab-separated: level, id, title, log source, tags, file.")
    var tsv = false

    func run() throws {
        let set = try RuleReading(selection).ruleSet
        let rows = (set.rules.map(RuleRow.init) + set.correlations.map(RuleRow.init)).filter(isWanted)
            .sorted { ($1.level, $0.title, $0.id) < ($0.level, $1.title, $1.id) }
        let style = StandardOutputText.style()
        StandardOutputText.write(rows.map { tsv ? $0.tabSeparated : $0.line(style) }.joined())
        if !tsv { StandardError.write(Quantity.count(rows.count, "rule") + "\n") }
    }

    private func isWanted(_ row: RuleRow) -> Bool {
        if row.level < minLevel.level.rank { return false }
        if let tag, !row.tags.contains(where: { $0.lowercased() == tag.lowercased() }) { return false }
        guard let search else { return true }
        return row.title.lowercased().contains(search.lowercased())
    }
}

/// A rule as a list shows it. All of it is text of a rule's author.
struct RuleRow {
    let level: Int
    let levelName: Level
    let id: String
    let title: String
    let logSource: String
    let tags: [String]
    let place: Place

    init(_ rule: Rule) {
        let source = rule.logSource
        self.init(
            rule.metadata, rule.place,
            [source.product, source.category, source.service].compactMap { $0 }.joined(separator: "/"))
    }

    init(_ correlation: Correlation) { self.init(correlation.metadata, correlation.place, "correlation") }

    private init(_ metadata: Metadata, _ place: Place, _ logSource: String) {
        level = metadata.level.rank
        levelName = metadata.level
        id = TextSafety.visible(metadata.handle)
        title = TextSafety.visible(metadata.title)
        self.logSource = TextSafety.visible(logSource)
        tags = metadata.tags.map(TextSafety.visible)
        self.place = place
    }

    var tabSeparated: String {
        [levelName.rawValue, id, title, logSource, tags.joined(separator: ","), TextSafety.visible(place.file)]
            .joined(separator: "\t") + "\n"
    }

    /// `HIGH      1f5aac59  Title                log/source`: the start of the id, which `rules explain` understands.
    func line(_ style: TerminalStyle) -> String {
        let sourceWidth = min(30, style.width / 4)
        let titleWidth = style.width - 10 - 10 - sourceWidth - 2
        return style.paint(DisplayWidth.pad(levelName.caption, to: 10), .level(levelName))
            + style.paint(DisplayWidth.pad(String(id.prefix(8)), to: 10), .dim)
            + DisplayWidth.pad(DisplayWidth.fit(title, into: titleWidth), to: titleWidth) + "  "
            + style.paint(DisplayWidth.fit(logSource, into: sourceWidth), .dim) + "\n"
    }
}
