public import Engine
import Events

/// A survey of evidence as a table for a terminal, then what is still needed and how to collect it.
public struct SurveyTable {
    private let survey: SourceSurvey
    private let style: TerminalStyle
    /// Names of hosts and channels per file before the rest is only counted; all with `--verbose`.
    private var namesShown: Int { style.isVerbose ? .max : 4 }
    private static let indent = "      "

    /// The table of `survey`.
    public init(_ survey: SourceSurvey, style: TerminalStyle) {
        self.survey = survey
        self.style = style
    }

    /// The table, each line ended. All names are neutralised.
    public var text: String {
        var lines: [StyledLine] = []
        let formatWidth = survey.sources.map { DisplayWidth.of($0.format) }.max() ?? 0
        let known = survey.sources.filter { !$0.format.isEmpty }
        if !known.isEmpty { lines.append(header(formatWidth)) }
        for source in known { lines += rows(of: source, formatWidth) }
        lines += unrecognised()
        lines += needs()
        return lines.map { $0.rendered(style) + "\n" }.joined()
    }

    private func header(_ formatWidth: Int) -> StyledLine {
        StyledLine(
            DisplayWidth.padStart("RECORDS", to: 10) + DisplayWidth.padStart("LOST", to: 8) + "  "
                + DisplayWidth.pad("FORMAT", to: formatWidth)
                + "  SURE      FROM (UTC)           TO                   FILE",
            .dim)
    }

    private func rows(of source: SourceSurvey.Source, _ formatWidth: Int) -> [StyledLine] {
        var line = StyledLine(DisplayWidth.padStart(Quantity.count(source.records), to: 10), .strong)
        let lost = DisplayWidth.padStart(source.recordsLost == 0 ? "–" : Quantity.count(source.recordsLost), to: 8)
        line.append(lost, source.recordsLost == 0 ? .dim : .warning)
        line.append("  " + DisplayWidth.pad(source.format, to: formatWidth))
        line.append("  " + DisplayWidth.pad(source.certainty, to: 8), source.certainty == "certain" ? .plain : .warning)
        for time in [source.first, source.last] {
            line.append("  " + DisplayWidth.pad(time.map(TimeText.toTheSecond) ?? "–", to: 19))
        }
        line.append("  " + TextSafety.visible(source.path), .strong)
        var lines = [line]
        if !source.wrapping.isEmpty { lines += wrapped("in", source.wrapping.joined(separator: " › "), .dim) }
        let origin = [source.collectedFrom, source.originalPath].filter { !$0.isEmpty }
        if !origin.isEmpty { lines += wrapped("from", TextSafety.visible(origin.joined(separator: "  ")), .dim) }
        let hosts = source.hosts.filter { !$0.name.isEmpty }
        if let text = list(hosts) { lines += wrapped("hosts", text, .dim) }
        for (index, text) in events(source.origins).enumerated() {
            lines += wrapped(index == 0 ? "events" : "", text, .dim)
        }
        for defect in source.defects { lines += wrapped("defect", words(for: defect), .warning) }
        return lines
    }

    private func wrapped(_ label: String, _ text: String, _ ink: Ink) -> [StyledLine] {
        let width = max(40, style.width) - Self.indent.count - 8
        return TextLayout.wrapped(text, width: width).enumerated().map { index, part in
            var line = StyledLine(Self.indent + DisplayWidth.pad(index == 0 ? label : "", to: 8), .dim)
            line.append(part, ink)
            return line
        }
    }

    private func list(_ tallies: [SourceSurvey.Tally]) -> String? {
        guard !tallies.isEmpty else { return nil }
        var parts = tallies.prefix(namesShown).map { tally in
            let name = TextSafety.visible(tally.name)
            return tallies.count > 1 ? name + " × " + Quantity.count(tally.count) : name
        }
        if tallies.count > namesShown { parts.append("and \(tallies.count - namesShown) more") }
        return parts.joined(separator: ", ")
    }

    /// `Security  4688 × 12, 4624 × 3`: event ids by channel; other log sources as they are.
    private func events(_ tallies: [SourceSurvey.Tally]) -> [String] {
        var groups: [(channel: String, ids: [SourceSurvey.Tally])] = []
        for tally in tallies {
            let space = tally.name.lastIndex(of: " ")
            let id = space.map { String(tally.name[tally.name.index(after: $0)...]) } ?? ""
            let channel = space.map { String(tally.name[..<$0]) } ?? ""
            let isEvent = Int(id) != nil && !channel.isEmpty
            let group = isEvent ? channel : tally.name
            let entry = SourceSurvey.Tally(name: isEvent ? id : "", count: tally.count)
            if let index = groups.firstIndex(where: { $0.channel == group }) {
                groups[index].ids.append(entry)
            } else {
                groups.append((group, [entry]))
            }
        }
        var lines = groups.prefix(namesShown).map { group in
            let shown = style.isVerbose ? Int.max : 12
            var ids = group.ids.prefix(shown).map { tally in
                (tally.name.isEmpty ? "" : TextSafety.visible(tally.name) + " × ") + Quantity.count(tally.count)
            }
            if group.ids.count > shown { ids.append("and \(group.ids.count - shown) more") }
            return TextSafety.visible(group.channel) + ": " + ids.joined(separator: ", ")
        }
        if groups.count > namesShown { lines.append("and \(groups.count - namesShown) more (--verbose)") }
        return lines
    }

    private func words(for defect: HuntReport.DefectSummary) -> String {
        var text = defect.code
        if defect.count > 1 { text += " × " + Quantity.count(defect.count) }
        if defect.firstOffset >= 0 { text += (defect.count > 1 ? ", first" : ",") + " at byte \(defect.firstOffset)" }
        if defect.recordsLost > 0 { text += ", " + Quantity.count(defect.recordsLost, "record") + " lost" }
        if !defect.detail.isEmpty { text += ": " + TextSafety.visible(defect.detail) }
        return text
    }

    private func unrecognised() -> [StyledLine] {
        var rows = survey.sources.filter(\.format.isEmpty).map { (path: $0.path, reason: $0.reason) }
        rows += survey.unread.map { (path: $0.path, reason: $0.code + ($0.detail.isEmpty ? "" : ": " + $0.detail)) }
        guard !rows.isEmpty else { return [] }
        var lines = [StyledLine(), StyledLine("NOT READ", .warning)]
        for row in rows {
            var line = StyledLine("  " + TextSafety.visible(row.path))
            line.append("  " + TextSafety.visible(row.reason), .dim)
            lines.append(line)
        }
        return lines
    }

    private func needs() -> [StyledLine] {
        var lines: [StyledLine] = []
        var strategies: [String] = []
        for need in survey.needs where !strategies.contains(need.strategy) { strategies.append(need.strategy) }
        for strategy in strategies {
            let needs = survey.needs.filter { $0.strategy == strategy }
            let missing = needs.filter(\.metBy.isEmpty)
            lines.append(StyledLine())
            var head = StyledLine("STRATEGY " + TextSafety.visible(strategy), .strong)
            head.append("  has \(needs.count - missing.count) of \(needs.count) kinds of data")
            lines.append(head)
            for need in needs { lines += rows(of: need) }
        }
        return lines
    }

    private func rows(of need: SourceSurvey.Need) -> [StyledLine] {
        guard need.metBy.isEmpty else {
            var line = StyledLine("  ✓ ", .good)
            line.append(TextSafety.visible(need.title))
            line.append("  " + need.metBy.map(TextSafety.visible).joined(separator: ", "), .dim)
            return [line]
        }
        var line = StyledLine("  ○ ", .warning)
        line.append(TextSafety.visible(need.title), .strong)
        line.append("  missing: " + TextSafety.visible(need.why))
        var lines = [line]
        for (platform, command) in need.commands {
            var row = StyledLine("      " + DisplayWidth.pad(TextSafety.visible(platform), to: 9), .dim)
            // On one line, however long: it is there to be copied.
            row.append(TextSafety.visible(command))
            lines.append(row)
        }
        return lines
    }
}
