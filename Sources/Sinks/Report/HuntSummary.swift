public import Engine
import Events
public import Sigma

/// What a hunt says at its end, for people: what was read and found, and, when little was found, why.
public struct HuntSummary {
    /// What the command line adds to the report.
    public struct Setting: Sendable {
        /// Where the alerts went; `nil` for standard output.
        public var outputPath: String?
        /// Whether the alerts were shown as cards.
        public var showsCards: Bool
        /// The level asked for.
        public var minimumLevel: Level
        /// The evidence as typed: a single folder is left out of paths below it.
        public var evidence: [String]
        /// All arguments as typed, for the next step.
        public var arguments: [String]

        /// A setting.
        public init(outputPath: String?, showsCards: Bool, minimumLevel: Level, evidence: [String], arguments: [String])
        {
            self.outputPath = outputPath
            self.showsCards = showsCards
            self.minimumLevel = minimumLevel
            self.evidence = evidence
            self.arguments = arguments
        }
    }

    static let labelWidth = 12

    let report: HuntReport
    let setting: Setting
    let style: TerminalStyle
    var lines: [StyledLine] = []

    /// A summary of `report`.
    public init(of report: HuntReport, setting: Setting, style: TerminalStyle) {
        self.report = report
        self.setting = setting
        self.style = style
        addRule()
        addRead()
        addFound()
        addTops()
        addExceptions()
        addSilence()
        addLosses()
        addBlindSpots()
        addEnd()
    }

    /// The text, each line ended.
    public var text: String { lines.map { $0.rendered(style) + "\n" }.joined() }

    var bodyWidth: Int { style.width - Self.labelWidth }

    mutating func addRow(_ label: String, _ body: StyledLine, ink: Ink = .dim) {
        var line = StyledLine(DisplayWidth.pad(label, to: Self.labelWidth), ink)
        line.append(body)
        lines.append(line)
    }

    mutating func addRow(_ label: String, items: [StyledLine]) {
        for (index, line) in TextLayout.joined(items, width: bodyWidth).enumerated() {
            addRow(index == 0 ? label : "", line)
        }
    }

    mutating func addBlank() { lines.append(StyledLine()) }

    private mutating func addRule() {
        lines.append(StyledLine(String(repeating: "─", count: style.width), .dim))
    }

    private mutating func addRead() {
        let bytes = report.sources.reduce(0) { $0 + $1.bytes }
        let read = report.sources.count(where: { !$0.format.isEmpty })
        var items = [
            StyledLine(Quantity.count(read, "file"), .strong), StyledLine(Quantity.bytes(bytes)),
            StyledLine(Quantity.count(report.events, "event"), .strong),
        ]
        if report.containers > 0 {
            items.append(StyledLine(Quantity.count(report.containers, "container") + " known"))
            items.append(StyledLine(Quantity.count(report.attributedEvents, "event") + " attributed"))
        }
        addRow("read", items: items)
        if let first = report.firstEvent, let last = report.lastEvent {
            addRow("", StyledLine(TimeText.toTheSecond(first) + " → " + TimeText.toTheSecond(last) + " UTC"))
        }
        var rules = [StyledLine(Quantity.count(report.rulesLoaded, "rule"))]
        if report.rulesRejected > 0 {
            rules.append(
                StyledLine(Quantity.count(report.rulesRejected) + " rejected (siloscope rules check)", .warning))
        }
        rules.append(StyledLine(Quantity.count(report.rulesThatFired) + " fired"))
        addRow("rules", items: rules)
    }

    private mutating func addFound() {
        guard report.hits > 0 else {
            addRow("found", StyledLine("nothing", .strong))
            return
        }
        let quiet = report.events - report.eventsWithHits
        addRow(
            "found",
            items: [
                StyledLine(Quantity.count(report.alerts, "alert"), .strong),
                StyledLine(
                    Quantity.count(report.hits, "hit") + " in " + Quantity.count(report.eventsWithHits, "event")),
                StyledLine(Quantity.percent(quiet, of: report.events) + " data reduction"),
            ])
        addPriorities()
        let largest = report.hitsByLevel.map(\.count).max() ?? 0
        for level in Level.allCases.reversed() {
            guard let tally = report.hitsByLevel.first(where: { $0.name == level.rawValue }), tally.count > 0 else {
                continue
            }
            var line = StyledLine(DisplayWidth.pad(level.caption, to: 9), .level(level))
            line.append(DisplayWidth.padStart(Quantity.count(tally.count), to: 10) + "  ")
            line.append(Sparkline.bar(tally.count, of: largest, width: min(40, bodyWidth - 22)), .level(level))
            addRow("", line)
        }
        addHistogram()
    }

    /// How many alerts there are of each priority, and what was left out or counted once.
    private mutating func addPriorities() {
        var items = report.alertsByPriority.map { tally in
            let priority = Priority(rawValue: tally.name)
            let name = priority.map { $0.code.isEmpty ? $0.rawValue : $0.code } ?? tally.name
            return StyledLine("\(name) \(Quantity.count(tally.count))")
        }
        if report.alertsBelowPriority > 0 {
            items.append(StyledLine(Quantity.count(report.alertsBelowPriority) + " below the priority asked for", .dim))
        }
        if report.duplicateHits > 0 {
            items.append(
                StyledLine(Quantity.count(report.duplicateHits, "hit") + " told of twice and counted once", .dim))
        }
        if !items.isEmpty { addRow("", items: items) }
    }

    private mutating func addHistogram() {
        guard let first = report.firstHit, let last = report.lastHit else { return }
        let spark = Sparkline.text(report.hitHistogram, width: min(60, bodyWidth))
        if report.hitHistogram.count(where: { $0 > 0 }) > 1 { addRow("over time", StyledLine(spark, .strong)) }
        let ends = ["first " + TimeText.toTheSecond(first), "last " + TimeText.toTheSecond(last) + " UTC"]
        addRow("", items: ends.map { StyledLine($0, .dim) })
    }
}
