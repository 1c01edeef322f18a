import Engine
import Events
import Sigma

/// An alert as a card for a terminal: what, when, where, in which container, and why, for a reader at 3 am.
///
///     ▌ HIGH  Title
///     ▌ when       …
///     ▌ matched    Field  value
struct AlertCard {
    private static let labelWidth = 11
    /// Lines a long value may take without `--verbose`, and how many matched values are shown.
    private static let valueLines = 3
    private static let matchesShown = 8
    /// Records that are shown under a finding without `--verbose`.
    private static let placesShown = 3

    /// Columns that surely fit into so many lines: a break behind a space may leave a quarter of a line empty.
    private static func budget(lines: Int, _ width: Int) -> Int { lines * width - (lines - 1) * width / 4 }

    private let alert: Alert
    private let style: TerminalStyle
    private var lines: [StyledLine] = []

    init(_ alert: Alert, style: TerminalStyle) {
        self.alert = alert
        self.style = style
        addTitle()
        addPriority()
        addWhen()
        addRow("host", [StyledLine(alert.host.isEmpty ? "not named" : TextSafety.visible(alert.host), .strong)])
        addContainer()
        addFinding()
        addMatched()
        addEvent()
        addAttack()
        addStrategy()
        addPlace()
        addIdentity()
    }

    /// The card's text, each line ended.
    var text: String {
        let bar = style.paint("▌", .level(alert.rule.level))
        return lines.map { bar + " " + $0.rendered(style) + "\n" }.joined()
    }

    /// Columns right of the gutter and the label.
    private var bodyWidth: Int { style.width - 2 - Self.labelWidth }

    private mutating func addRow(_ label: String, _ body: [StyledLine]) {
        for (index, part) in body.enumerated() {
            var line = StyledLine(DisplayWidth.pad(index == 0 ? label : "", to: Self.labelWidth), .dim)
            line.append(part)
            lines.append(line)
        }
    }

    private mutating func addTitle() {
        let level = alert.rule.level
        let badge = style.usesColour ? " \(level.caption) " : level.caption
        let indent = DisplayWidth.of(badge) + 1
        let title = alert.rule.title.isEmpty ? "(rule without a title)" : TextSafety.visible(alert.rule.title)
        for (index, part) in TextLayout.wrapped(title, width: style.width - 2 - indent).enumerated() {
            var line = StyledLine()
            if index == 0 { line.append(badge, .badge(level)) }
            line.append(String(repeating: " ", count: index == 0 ? 1 : indent))
            line.append(part, .strong)
            lines.append(line)
        }
    }

    private mutating func addWhen() {
        let time = TimeText.readable(alert.time)
        var items = [StyledLine(alert.time == .unknown ? time : time + " UTC")]
        if alert.count > 1 || alert.lastTime != alert.time {
            if alert.count > 1 { items.append(StyledLine(repetition, .strong)) }
            let last = TimeText.readable(alert.lastTime)
            let sameDay = last.prefix(10) == time.prefix(10)
            items.append(StyledLine("until " + (sameDay ? String(last.dropFirst(11)) : last)))
        }
        if alert.rule.isCorrelation { items.append(StyledLine("correlation of \(alert.members.count) hits")) }
        addRow("when", TextLayout.joined(items, width: bodyWidth))
    }

    /// `12 times in 4 min`.
    private var repetition: String {
        let (span, overflow) = alert.lastTime.nanoseconds.subtractingReportingOverflow(alert.time.nanoseconds)
        let times = "\(Quantity.count(alert.count)) times"
        return overflow || alert.time == .unknown ? times : times + " in " + Quantity.span(nanoseconds: span)
    }

    /// The priority and, in one line, what it is made of.
    private mutating func addPriority() {
        guard let score = alert.score else { return }
        let priority = score.priority
        var line = StyledLine(
            priority.code.isEmpty ? priority.rawValue : "\(priority.code) \(priority.rawValue)", .strong)
        line.append(" · score \(score.value): ")
        line.append(TextSafety.visible(AlertColumns.scoreParts(of: score)), .dim)
        addRow("priority", TextLayout.broken(line, width: bodyWidth))
    }

    private mutating func addContainer() {
        guard let container = alert.container else { return }
        let shortID = TextSafety.visible(String(container.id.prefix(style.isVerbose ? 64 : 12)))
        var items: [StyledLine] = []
        if !container.name.isEmpty { items.append(StyledLine(TextSafety.visible(container.name), .strong)) }
        items.append(StyledLine(shortID, container.name.isEmpty ? .strong : .plain))
        items.append(StyledLine(isolation(of: container)))
        if container.privileged == "true" { items.append(StyledLine("privileged", .warning)) }
        if !container.user.isEmpty { items.append(StyledLine("as " + TextSafety.visible(container.user))) }
        if !container.image.isEmpty { items.append(StyledLine(TextSafety.visible(container.image))) }
        var body = TextLayout.joined(items.map { fitted($0) }, width: bodyWidth)
        let reasons = container.reasons.isEmpty ? container.evidence : container.reasons
        let surety = "\(container.confidence) % sure: " + reasons.map(TextSafety.visible).joined(separator: "; ")
        body += TextLayout.wrapped(surety, width: bodyWidth).map {
            StyledLine($0, container.confidence < 50 ? .warning : .dim)
        }
        addRow("container", body)
    }

    /// What the context concluded, in its own sentence, and the records it rests on.
    private mutating func addFinding() {
        func values(_ name: String) -> [String] { alert.fields.first { $0.name == name }?.values ?? [] }
        let places = values("Evidence.Place")
        guard !values("Finding").isEmpty, let detail = values("Detail").first else { return }
        addRow("found", TextLayout.wrapped(TextSafety.visible(detail), width: bodyWidth).map { StyledLine($0) })
        let shown = style.isVerbose ? places.count : min(places.count, Self.placesShown)
        var body = places.prefix(shown).flatMap {
            TextLayout.wrapped(TextSafety.visible($0), width: bodyWidth).map { StyledLine($0, .dim) }
        }
        if places.count > shown { body.append(StyledLine("and \(places.count - shown) more (--verbose)", .dim)) }
        if !body.isEmpty { addRow("rests on", body) }
    }

    private func isolation(of container: AlertContainer) -> String {
        switch container.isolation {
        case "process": "process isolation"
        case "hyperv": "Hyper-V isolation"
        case "hostprocess": "HostProcess (runs on the host)"
        case "linux": "Linux container"
        case "unknown", "": "isolation unknown"
        default: TextSafety.visible(container.isolation)
        }
    }

    private func fitted(_ item: StyledLine) -> StyledLine {
        guard !style.isVerbose, item.width > bodyWidth, let piece = item.pieces.first else { return item }
        return StyledLine(DisplayWidth.fit(piece.text, into: bodyWidth), piece.ink)
    }
}

extension AlertCard {
    fileprivate mutating func addMatched() {
        let groups = MatchedGroup.groups(of: alert.matched)
        guard !groups.isEmpty else { return }
        let names = groups.map { $0.field.isEmpty ? "any field" : TextSafety.visible($0.field) }
        let nameWidth = min(names.map(DisplayWidth.of).max() ?? 0, max(12, bodyWidth / 3))
        var body: [StyledLine] = []
        let shown = style.isVerbose ? groups.count : Self.matchesShown
        for (group, name) in zip(groups, names).prefix(shown) {
            let label = DisplayWidth.pad(DisplayWidth.fit(name, into: nameWidth), to: nameWidth) + "  "
            body += matchedLines(of: group, label: label)
        }
        if groups.count > shown { body.append(StyledLine("and \(groups.count - shown) more (--verbose)", .dim)) }
        addRow("matched", body)
    }

    /// `Field  value ↳ test` on one line if it fits, else the test below the value.
    private func matchedLines(of group: MatchedGroup, label: String) -> [StyledLine] {
        let indent = String(repeating: " ", count: DisplayWidth.of(label))
        let width = bodyWidth - DisplayWidth.of(label)
        let value = TextSafety.visible(group.value)
        let excerpt = Excerpt(of: value, matching: group.needles.map(TextSafety.visible))
        var line = StyledLine()
        for piece in excerpt.pieces(width: style.isVerbose ? .max : Self.budget(lines: Self.valueLines, width)) {
            line.append(piece.text, piece.isMatch ? .match(alert.rule.level) : .plain)
        }
        let wording = TextSafety.visible(group.wording)
        var tests: [String] = []
        if !wording.isEmpty {
            tests =
                style.isVerbose
                ? TextLayout.wrapped("↳ " + wording, width: width)
                : [DisplayWidth.fit("↳ " + wording, into: width)]
        }
        if let test = tests.first, line.width + 2 + DisplayWidth.of(test) <= width {
            line.append("  " + test, .dim)
            tests.removeFirst()
        }
        let lines = TextLayout.broken(line, width: width) + tests.map { StyledLine($0, .dim) }
        return lines.enumerated().map { index, part in
            var labelled = StyledLine(index == 0 ? label : indent)
            labelled.append(part)
            return labelled
        }
    }

    /// Where the event came from, and the fields that help to judge it: all with `--verbose`, else a few.
    fileprivate mutating func addEvent() {
        var origin: [String] = []
        for name in ["Channel", "EventID", "Type", "Action"] {
            let value = AlertColumns.field(name, of: alert)
            if !value.isEmpty { origin.append(TextSafety.visible(value)) }
        }
        let shown = style.isVerbose ? verboseFields : EventContext.telling(of: alert, limit: 4)
        let nameWidth = min(
            shown.map { DisplayWidth.of(TextSafety.visible($0.name)) }.max() ?? 0, max(12, bodyWidth / 3))
        var body = origin.isEmpty ? [] : [StyledLine(DisplayWidth.fit(origin.joined(separator: " "), into: bodyWidth))]
        for field in shown {
            let name = DisplayWidth.fit(TextSafety.visible(field.name), into: nameWidth)
            body += fieldLines(name: name, values: field.values, nameWidth: nameWidth)
        }
        if !body.isEmpty { addRow("event", body) }
    }

    private var verboseFields: [AlertField] { alert.fields.filter { !$0.name.hasPrefix("Container.") } }

    private func fieldLines(name: String, values: [String], nameWidth: Int) -> [StyledLine] {
        let label = DisplayWidth.pad(name, to: nameWidth) + "  "
        let width = bodyWidth - nameWidth - 2
        let value = values.map(TextSafety.visible).joined(separator: ", ")
        let parts =
            style.isVerbose
            ? TextLayout.broken(value, width: width)
            : TextLayout.broken(DisplayWidth.fit(value, into: Self.budget(lines: 2, width)), width: width)
        return parts.enumerated().map { index, part in
            var line = StyledLine(index == 0 ? label : String(repeating: " ", count: nameWidth + 2), .dim)
            line.append(part)
            return line
        }
    }

    fileprivate mutating func addAttack() {
        let rule = alert.rule
        guard !rule.techniques18.isEmpty || !rule.techniques19.isEmpty || !rule.tactics.isEmpty else { return }
        var items: [StyledLine] = []
        if rule.techniques18 == rule.techniques19 {
            if !rule.techniques18.isEmpty { items.append(StyledLine(safe(rule.techniques18))) }
        } else {
            if !rule.techniques18.isEmpty { items.append(StyledLine("v18 " + safe(rule.techniques18))) }
            if !rule.techniques19.isEmpty { items.append(StyledLine("v19 " + safe(rule.techniques19))) }
        }
        if !rule.tactics.isEmpty { items.append(StyledLine(safe(rule.tactics))) }
        addRow("ATT&CK", TextLayout.joined(items, width: bodyWidth))
    }

    fileprivate mutating func addStrategy() {
        let rule = alert.rule
        guard !rule.strategy.isEmpty else { return }
        var items = [StyledLine(TextSafety.visible(rule.strategy))]
        if !rule.response.isEmpty { items.append(StyledLine("respond with " + TextSafety.visible(rule.response))) }
        addRow("strategy", TextLayout.joined(items, width: bodyWidth))
    }

    fileprivate mutating func addPlace() {
        let place = alert.place
        var path = TextSafety.visible(place.path)
        if !style.isVerbose { path = DisplayWidth.fit(path, into: bodyWidth) }
        var items = [StyledLine(path), StyledLine("record \(place.record)")]
        if place.eventRecordID >= 0, UInt64(place.eventRecordID) != place.record {
            items.append(StyledLine("EventRecordID \(place.eventRecordID)"))
        }
        items.append(StyledLine("\(place.length) bytes at \(place.offset)"))
        addRow("record", TextLayout.joined(items, width: bodyWidth))
        if style.isVerbose, !alert.rawHash.isEmpty {
            addRow("sha256", TextLayout.joined([StyledLine(alert.rawHash, .dim)], width: bodyWidth))
        }
    }

    fileprivate mutating func addIdentity() {
        var items = [StyledLine(alert.id, .dim)]
        if style.isVerbose {
            items.append(StyledLine("rule " + TextSafety.visible(alert.rule.id), .dim))
            let place = alert.rule.place
            items.append(StyledLine(TextSafety.visible(place.file) + (place.line > 0 ? ":\(place.line)" : ""), .dim))
        }
        addRow("alert", TextLayout.joined(items, width: bodyWidth))
        guard style.isVerbose else { return }
        if !alert.members.isEmpty { addRow("members", alert.members.map { StyledLine($0, .dim) }) }
        if !alert.rule.falsePositives.isEmpty {
            addRow(
                "benign if",
                alert.rule.falsePositives.flatMap { TextLayout.wrapped(TextSafety.visible($0), width: bodyWidth) }
                    .map { StyledLine($0) })
        }
    }

    private func safe(_ texts: [String]) -> String { texts.map(TextSafety.visible).joined(separator: " ") }
}
