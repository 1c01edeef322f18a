import Engine
import Events
import Sigma

extension HuntSummary {
    /// Lines of a list before the rest is only counted; all with `--verbose`.
    private var listLimit: Int { style.isVerbose ? .max : 5 }

    mutating func addTops() {
        for (label, tallies) in [
            ("top rules", report.topRules), ("hosts", report.topHosts), ("containers", report.topContainers),
        ] where !tallies.isEmpty {
            let shown = tallies.prefix(listLimit)
            let width = shown.map { Quantity.count($0.count).utf8.count }.max() ?? 0
            for (index, tally) in shown.enumerated() {
                var line = StyledLine(DisplayWidth.padStart(Quantity.count(tally.count), to: width) + "  ")
                let name = tally.name.isEmpty ? "(not named)" : TextSafety.visible(tally.name)
                line.append(DisplayWidth.fit(name, into: bodyWidth - width - 2))
                addRow(index == 0 ? label : "", line)
            }
        }
    }

    /// Why rules could not fire, and what no rule looked at: a hunt that finds little must say so itself.
    mutating func addSilence() {
        let silences = report.silences.sorted { ($1.ruleCount, $0.reason) < ($0.ruleCount, $1.reason) }
        let total = silences.reduce(0) { $0 + $1.ruleCount }
        if total > 0 {
            addBlank()
            let share = Quantity.percent(total, of: max(report.rulesLoaded, total))
            addHeading("why silent", "\(Quantity.count(total, "rule")) (\(share)) could not fire on this evidence")
            for silence in silences.prefix(listLimit) { add(silence) }
            addRest(silences.count - listLimit, "reason")
        }
        let unwatched = report.unwatched.filter { $0.count > 0 }
        guard !unwatched.isEmpty else { return }
        addBlank()
        let events = unwatched.reduce(0) { $0 + $1.count }
        addHeading("unwatched", "\(Quantity.count(events, "event")) that no rule looks at")
        for tally in unwatched.prefix(listLimit) {
            let line =
                DisplayWidth.padStart(Quantity.count(tally.count), to: 9) + "  "
                + (tally.name.isEmpty ? "(no log source)" : TextSafety.visible(tally.name))
            addRow("", StyledLine(DisplayWidth.fit(line, into: bodyWidth), .dim))
        }
        addRest(unwatched.count - listLimit, "source")
    }

    private mutating func add(_ silence: HuntReport.Silence) {
        let count = DisplayWidth.padStart(Quantity.count(silence.ruleCount), to: 9) + "  "
        let width = bodyWidth - 11
        for (index, part) in TextLayout.wrapped(TextSafety.visible(silence.reason), width: width).enumerated() {
            addRow("", StyledLine((index == 0 ? count : String(repeating: " ", count: 11)) + part))
        }
        guard !silence.examples.isEmpty else { return }
        let examples = silence.examples.prefix(style.isVerbose ? .max : 2).map { "“" + TextSafety.visible($0) + "”" }
        let text = "e.g. " + examples.joined(separator: ", ")
        addRow("", StyledLine(String(repeating: " ", count: 11) + DisplayWidth.fit(text, into: width), .dim))
    }

    /// What could not be read: unrecognised files, and defects, one line per kind and file.
    mutating func addLosses() {
        let unrecognised = report.sources.filter { $0.format.isEmpty }
        // Those that cost most first; among equals the order of the evidence.
        let damaged = report.sources.filter { !$0.format.isEmpty && !$0.defects.isEmpty }.enumerated()
            .sorted { (recordsLost(in: $1.element), $0.offset) < (recordsLost(in: $0.element), $1.offset) }.map(
                \.element)
        guard !unrecognised.isEmpty || !damaged.isEmpty else { return }
        addBlank()
        let lost = damaged.reduce(0) { $0 + recordsLost(in: $1) }
        var headings: [String] = []
        if !unrecognised.isEmpty { headings.append(Quantity.count(unrecognised.count, "file") + " not recognised") }
        if !damaged.isEmpty { headings.append(Quantity.count(damaged.count, "file") + " with defects") }
        if lost > 0 { headings.append(Quantity.count(lost, "record") + " lost") }
        addHeading("not read", headings.joined(separator: ", "))
        for source in unrecognised.prefix(listLimit) {
            // The reason why, where there is one, is the source's only defect.
            let reason = source.defects.first.map { TextSafety.visible($0.detail) } ?? ""
            let note = DisplayWidth.fit(
                "  " + (reason.isEmpty ? "not recognised" : reason) + ", " + Quantity.bytes(source.bytes),
                into: bodyWidth * 2 / 3)
            let path = DisplayWidth.fit(shown(source.path), into: bodyWidth - DisplayWidth.of(note))
            var line = StyledLine(path)
            line.append(note, .dim)
            addRow("", line)
        }
        addRest(unrecognised.count - listLimit, "file")
        for source in damaged.prefix(listLimit) { addDefects(of: source) }
        addRest(damaged.count - listLimit, "file")
    }

    private func recordsLost(in source: HuntReport.Source) -> Int { source.defects.reduce(0) { $0 + $1.recordsLost } }

    /// A path below the one folder that was given, without that folder.
    private func shown(_ path: String) -> String {
        guard setting.evidence.count == 1, var folder = setting.evidence.first else { return TextSafety.visible(path) }
        if !folder.hasSuffix("/") { folder += "/" }
        return TextSafety.visible(path.hasPrefix(folder) ? String(path.dropFirst(folder.count)) : path)
    }

    private mutating func addDefects(of source: HuntReport.Source) {
        addRow("", StyledLine(DisplayWidth.fit(shown(source.path), into: bodyWidth)))
        for defect in source.defects.prefix(listLimit) {
            var text = defect.code
            if defect.count > 1 { text += " × " + Quantity.count(defect.count) }
            if defect.firstOffset >= 0 {
                text += (defect.count > 1 ? ", first" : ",") + " at byte \(defect.firstOffset)"
            }
            if defect.recordsLost > 0 { text += ", " + Quantity.count(defect.recordsLost, "record") + " lost" }
            if !defect.detail.isEmpty { text += ": " + TextSafety.visible(defect.detail) }
            for part in TextLayout.wrapped(text, width: bodyWidth - 2) { addRow("", StyledLine("  " + part, .warning)) }
        }
    }

    mutating func addBlindSpots() {
        var spots = report.blindSpots
        if report.pendingWindows > 0 {
            let windows = Quantity.count(report.pendingWindows, "correlation window")
            spots.append(
                "\(windows) still open when the evidence ended: what would have closed them may have come later.")
        }
        guard !spots.isEmpty else { return }
        addBlank()
        for (index, spot) in spots.enumerated() {
            for (line, part) in TextLayout.wrapped(TextSafety.visible(spot), width: bodyWidth - 2).enumerated() {
                var body = StyledLine(line == 0 ? "○ " : "  ", .warning)
                body.append(part)
                addRow(index == 0 && line == 0 ? "blind spots" : "", body, ink: .warning)
            }
        }
    }

    mutating func addEnd() {
        addBlank()
        let seconds = report.elapsedSeconds
        let bytes = report.sources.reduce(0) { $0 + $1.bytes }
        var items = [StyledLine(Quantity.duration(seconds), .strong)]
        if seconds > 0.05 {
            items.append(StyledLine(Quantity.bytes(Int64(Double(bytes) / seconds)) + "/s"))
            items.append(StyledLine(Quantity.compact(Double(report.events) / seconds) + " events/s"))
        }
        items.append(StyledLine(Quantity.duration(report.cpuSeconds) + " CPU", .dim))
        if report.ruleLoadSeconds > 0 {
            items.append(StyledLine(Quantity.duration(report.ruleLoadSeconds) + " for rules", .dim))
        }
        if report.peakMemory > 0 { items.append(StyledLine(Quantity.bytes(report.peakMemory) + " memory", .dim)) }
        addRow("took", items: items)
        if let path = setting.outputPath { addRow("saved", StyledLine(TextSafety.visible(path), .good)) }
        if report.interrupted {
            addRow(
                "interrupted", StyledLine("the alerts are whole, but only part of the evidence was read"), ink: .warning
            )
        }
        guard let step = HuntNextStep.advice(for: report, setting: setting) else { return }
        for (index, part) in TextLayout.wrapped(TextSafety.visible(step.sentence), width: bodyWidth).enumerated() {
            addRow(index == 0 ? "next" : "", StyledLine(part), ink: .good)
        }
        // On one line, however long: it is there to be copied.
        if let command = step.command { addRow("", StyledLine(TextSafety.visible(command), .strong)) }
    }

    private mutating func addHeading(_ label: String, _ text: String) {
        for (index, part) in TextLayout.wrapped(text, width: bodyWidth).enumerated() {
            addRow(index == 0 ? label : "", StyledLine(part, .strong), ink: .warning)
        }
    }

    private mutating func addRest(_ rest: Int, _ noun: String) {
        guard rest > 0 else { return }
        addRow("", StyledLine("and " + Quantity.count(rest, "more " + noun) + " (--verbose)", .dim))
    }
}
