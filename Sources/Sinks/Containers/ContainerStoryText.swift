public import Context
import Events

/// One container for a terminal: what it is, its story in time, and what is not known of it.
public struct ContainerStoryText {
    private let report: ContainerReport
    private let container: Container
    private let style: TerminalStyle

    /// The story of `container`, which is one of the report's.
    public init(_ container: Container, in report: ContainerReport, style: TerminalStyle) {
        self.container = container
        self.report = report
        self.style = style
    }

    /// The text, each line ended. All text of the evidence is neutralised.
    public var text: String {
        let story = ContainerStory(container, in: report.inventory, tellsAll: report.listsAll)
        var lines = facts
        lines.append(StyledLine())
        lines.append(StyledLine("STORY (UTC)", .strong))
        var told = story.lines
        if let moment = report.moment { told = told.filter { $0.time <= moment } }
        for line in told { lines += rows(of: line) }
        if told.isEmpty { lines.append(StyledLine("  nothing was recorded", .dim)) }
        lines.append(StyledLine())
        lines.append(StyledLine("NOT KNOWN", .strong))
        let unknowns = story.unknowns
        for unknown in unknowns { lines.append(StyledLine("  " + unknown)) }
        if unknowns.isEmpty { lines.append(StyledLine("  nothing that the records should tell is missing", .dim)) }
        for remark in report.remarks { lines.append(StyledLine("note: " + TextSafety.visible(remark), .warning)) }
        return lines.map { $0.rendered(style) + "\n" }.joined()
    }

    private var facts: [StyledLine] {
        let details = container.details
        let name = container.name(at: report.shown)
        var lines = [
            StyledLine((name.isEmpty ? "container" : TextSafety.visible(name)) + "  " + container.id.text, .strong)
        ]
        func fact(_ label: String, _ text: String, _ ink: Ink = .plain) {
            guard !text.isEmpty else { return }
            for (index, part) in TextLayout.wrapped(text, width: max(40, style.width) - 14).enumerated() {
                var line = StyledLine("  " + DisplayWidth.pad(index == 0 ? label : "", to: 12), .dim)
                line.append(part, ink)
                lines.append(line)
            }
        }
        let status = container.status(at: report.shown)
        fact("state", ContainerWords.state(status, container), ContainerWords.ink(status))
        fact("marks", ContainerWords.marks(container).joined(separator: ", "), .warning)
        fact(
            "image",
            [container.image, details.imageID].filter { !$0.isEmpty }.map(TextSafety.visible).joined(separator: "  "))
        fact("command", TextSafety.visible(details.command))
        fact(
            "isolation",
            container.isolation.rawValue
                + (container.platform.map { $0.rawValue == container.isolation.rawValue ? "" : ", " + $0.rawValue }
                    ?? ""))
        fact("on", TextSafety.visible(report.home(of: container)))
        fact("user", TextSafety.visible(container.user))
        fact("hostname", TextSafety.visible(container.hostname))
        for mount in container.mounts { fact("mount", ContainerWords.mount(mount)) }
        for endpoint in report.inventory.endpoints(of: container.id) { fact("network", words(for: endpoint)) }
        fact(
            "restart",
            details.restartPolicies.map(TextSafety.visible).joined(separator: " or ")
                + (details.restartCount.map { ", restarted × \($0)" } ?? ""))
        fact(
            "output",
            (details.logDrivers + [details.logPath]).filter { !$0.isEmpty }.map(TextSafety.visible).joined(
                separator: ", "))
        fact("process", details.pid.map(String.init) ?? "")
        fact("labels", details.labelCount.map(String.init) ?? "")
        for name in container.names where container.names.count > 1 {
            fact("name", TextSafety.visible(name.name) + span(name.seen))
        }
        let sources = details.provenance.spans.sorted { $0.key < $1.key }
        for (source, seen) in sources {
            fact("source", source.rawValue + (source.isSnapshot ? "  a snapshot" : span(seen)), .dim)
        }
        return lines
    }

    private func span(_ seen: SeenSpan) -> String {
        guard seen.last != .unknown else { return "" }
        if seen.first == seen.last || seen.first == .unknown { return "  " + TimeText.toTheSecond(seen.last) }
        return "  " + TimeText.toTheSecond(seen.first) + " to " + TimeText.toTheSecond(seen.last)
    }

    private func words(for endpoint: ContainerEndpoint) -> String {
        var text = ContainerWords.endpoint(endpoint)
        if !endpoint.mac.isEmpty { text += "  " + TextSafety.visible(endpoint.mac) }
        if let time = endpoint.connected { text += "  from " + TimeText.toTheSecond(time) }
        if let time = endpoint.disconnected { text += "  to " + TimeText.toTheSecond(time) }
        return text
    }

    private func rows(of line: StoryLine) -> [StyledLine] {
        let place = report.place(line.place)
        let origin =
            line.sources.map(\.rawValue).joined(separator: ", ")
            + (place.isEmpty ? "" : "  " + TextSafety.visible(place))
        let parts = TextLayout.wrapped(line.what, width: max(40, style.width) - 27)
        var lines: [StyledLine] = []
        for (index, part) in parts.enumerated() {
            var row = StyledLine(
                "  " + DisplayWidth.pad(index == 0 ? TimeText.readable(line.time) : "", to: 23) + "  ", .dim)
            row.append(part, line.isNotable ? .strong : .plain)
            if index == parts.count - 1, row.width + DisplayWidth.of(origin) + 2 <= style.width {
                row.append("  " + origin, .dim)
                lines.append(row)
                return lines
            }
            lines.append(row)
        }
        for part in TextLayout.wrapped(origin, width: max(40, style.width) - 27) {
            lines.append(StyledLine(String(repeating: " ", count: 27) + part, .dim))
        }
        return lines
    }
}
