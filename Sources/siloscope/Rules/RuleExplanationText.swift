import Sigma
import Sinks

/// Rules and explanations as trees.
///
///     ✓ and
///     ├─ ✓ selection
///     │  └─ ✓ CommandLine contains '\pipe\docker_engine'   docker run -v \\.\pipe\docker_engine…
///     └─ ✗ filter
struct RuleExplanationText {
    private let style: TerminalStyle

    init(_ style: TerminalStyle) { self.style = style }

    /// What a rule looks for, and the hash of its content that an exception for it may state.
    func text(of rule: Rule, content: String) -> String {
        var lines = heading(of: rule)
        if let description = rule.metadata.description, !description.isEmpty {
            let flowing = description.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            lines += TextLayout.wrapped(TextSafety.visible(flowing), width: style.width)
        }
        lines.append("")
        // Without an event nothing holds; the truth is left out.
        let explanation = Evaluator().explain(rule, fields: [:])
        add(explanation, indent: "", child: "", showsTruth: false, to: &lines)
        let benign = rule.metadata.falsePositives.map(TextSafety.visible)
        if !benign.isEmpty {
            lines += [""] + TextLayout.wrapped("benign if: " + benign.joined(separator: "; "), width: style.width)
        }
        lines += ["", style.paint("content_sha256: " + content, .dim)]
        return lines.joined(separator: "\n") + "\n\n"
    }

    /// Why a rule does or does not fire on an event.
    func text(of rule: Rule, _ explanation: Explanation, on event: String, isWatched: Bool) -> String {
        var lines = heading(of: rule)
        let verdict =
            explanation.holds && isWatched ? style.paint("fires", .failure) : style.paint("does not fire", .good)
        lines.append("\(verdict) on \(TextSafety.visible(event))")
        if !isWatched { lines.append(style.paint("the event does not come from the rule's log source", .warning)) }
        lines.append("")
        add(explanation, indent: "", child: "", showsTruth: true, to: &lines)
        return lines.joined(separator: "\n") + "\n\n"
    }

    private func heading(of rule: Rule) -> [String] {
        let metadata = rule.metadata
        let badge = style.usesColour ? " \(metadata.level.caption) " : metadata.level.caption
        let source = [rule.logSource.product, rule.logSource.category, rule.logSource.service].compactMap { $0 }
        var about = [metadata.handle, source.joined(separator: "/"), rule.place.file].map(TextSafety.visible)
        about.removeAll(where: \.isEmpty)
        return [
            style.paint(badge, .badge(metadata.level)) + " " + style.paint(TextSafety.visible(metadata.title), .strong),
            style.paint(about.joined(separator: " · "), .dim),
        ]
    }

    private func add(_ node: Explanation, indent: String, child: String, showsTruth: Bool, to lines: inout [String]) {
        var line = StyledLine(indent, .dim)
        if showsTruth { line.append(node.holds ? "✓ " : "✗ ", node.holds ? .good : .failure) }
        let label = TextSafety.visible(node.label)
        line.append(
            DisplayWidth.fit(label, into: max(20, style.width - line.width)), node.children.isEmpty ? .plain : .strong)
        if showsTruth, node.children.isEmpty {
            let found = node.matched?.value ?? node.values.map { $0.joined(separator: " | ") }
            let text = found.map { $0.isEmpty ? "(empty)" : TextSafety.visible($0) } ?? "(no such field)"
            let room = style.width - line.width - 3
            if room >= 12 { line.append("   " + DisplayWidth.fit(text, into: room), .dim) }
        }
        lines.append(line.rendered(style))
        for (index, member) in node.children.enumerated() {
            let isLast = index == node.children.count - 1
            add(
                member, indent: child + (isLast ? "└─ " : "├─ "), child: child + (isLast ? "   " : "│  "),
                showsTruth: showsTruth, to: &lines)
        }
    }
}
