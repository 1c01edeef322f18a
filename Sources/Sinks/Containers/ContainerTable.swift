import Context
import Events

/// The containers of a report as a table for a terminal, then everything else that runs programs out of sight.
public struct ContainerTable {
    private let report: ContainerReport
    private let style: TerminalStyle
    private static let indent = "      "
    private static let labelWidth = 10
    /// Mounts, addresses and commands a container shows before the rest is only counted.
    private var shown: Int { report.listsAll ? .max : 4 }

    /// The table of `report`.
    public init(_ report: ContainerReport, style: TerminalStyle) {
        self.report = report
        self.style = style
    }

    /// The table, each line ended. All text of the evidence is neutralised.
    public var text: String {
        var lines = containers
        lines += ItemSections(report, style: style).lines
        for remark in report.remarks { lines.append(StyledLine("note: " + TextSafety.visible(remark), .warning)) }
        return lines.map { $0.rendered(style) + "\n" }.joined()
    }

    private var containers: [StyledLine] {
        let all = report.sorted(report.inventory.containers)
        let listed = all.map { ($0, $0.status(at: report.shown)) }.filter { report.moment == nil || $0.1.exists }
        var lines = [heading(all, listed.map(\.1))]
        guard !listed.isEmpty else { return lines }
        let nameWidth = min(28, max(4, listed.map { DisplayWidth.of(name(of: $0.0)) }.max() ?? 4))
        let imageWidth = min(36, max(5, listed.map { DisplayWidth.of(image(of: $0.0)) }.max() ?? 5))
        let homes = Dictionary(grouping: listed) { report.home(of: $0.0) }
        for home in homes.keys.sorted() {
            if homes.count > 1 || !home.isEmpty {
                lines.append(StyledLine())
                lines.append(
                    StyledLine(home.isEmpty ? "engine without a name" : "on " + TextSafety.visible(home), .dim))
            }
            lines.append(
                StyledLine(
                    "  " + DisplayWidth.pad("NAME", to: nameWidth) + "  " + DisplayWidth.pad("ID", to: 12) + "  "
                        + DisplayWidth.pad("IMAGE", to: imageWidth) + "  " + DisplayWidth.pad("ISOLATION", to: 11)
                        + "  STATE (UTC)", .dim))
            for (container, status) in homes[home] ?? [] {
                lines += rows(of: container, status, nameWidth, imageWidth)
            }
        }
        return lines
    }

    private func heading(_ all: [Container], _ listed: [ContainerStatus]) -> StyledLine {
        var line = StyledLine("CONTAINERS  " + Quantity.count(listed.count), .strong)
        let counts = ContainerStatus.Phase.allCases.compactMap { phase -> String? in
            let count = listed.count { $0.phase == phase }
            return count == 0 ? nil : "\(Quantity.count(count)) \(phase.rawValue)"
        }
        if !counts.isEmpty { line.append("  " + counts.joined(separator: ", ")) }
        if let moment = report.moment {
            line.append("  as of \(TimeText.toTheSecond(moment)) UTC", .strong)
            let hidden = all.count - listed.count
            if hidden > 0 { line.append("  (\(Quantity.count(hidden)) not yet created or removed)", .dim) }
        }
        return line
    }

    private func name(of container: Container) -> String {
        let name = container.name(at: report.shown)
        return name.isEmpty ? "–" : TextSafety.visible(name)
    }

    private func image(of container: Container) -> String {
        container.image.isEmpty ? "–" : ContainerWords.image(container.image)
    }

    private func rows(
        of container: Container, _ status: ContainerStatus, _ nameWidth: Int, _ imageWidth: Int
    ) -> [StyledLine] {
        var line = StyledLine(
            "  " + DisplayWidth.pad(DisplayWidth.fit(name(of: container), into: nameWidth), to: nameWidth), .strong)
        line.append("  " + container.id.short)
        line.append("  " + DisplayWidth.pad(DisplayWidth.fit(image(of: container), into: imageWidth), to: imageWidth))
        line.append(
            "  " + DisplayWidth.pad(container.isolation.rawValue, to: 11),
            container.isolation == .unknown ? .dim : .plain)
        line.append("  " + ContainerWords.state(status, container), ContainerWords.ink(status))
        var lines = [line]
        let marks = ContainerWords.marks(container)
        if !marks.isEmpty { lines += wrapped("marks", marks.joined(separator: ", "), .warning) }
        lines += wrapped("mounts", list(container.mounts.map(ContainerWords.mount)), .plain)
        lines += wrapped("networks", list(networks(of: container)), .plain)
        lines += wrapped("execs", execs(of: container), .plain)
        let names = container.names.map { TextSafety.visible($0.name) }
        if names.count > 1 { lines += wrapped("names", list(names), .plain) }
        lines += wrapped("sources", container.details.provenance.sources.map(\.rawValue).joined(separator: ", "), .dim)
        return lines
    }

    private func networks(of container: Container) -> [String] {
        let endpoints = report.inventory.endpoints(of: container.id).filter { endpoint in
            report.moment.map(endpoint.holds) ?? true
        }
        // A connection without an address says nothing beside one with it.
        let told = Set(endpoints.filter { !$0.address.isEmpty || !$0.address6.isEmpty }.map(\.network))
        var known: Set<String> = []
        let seen = endpoints.filter { !$0.address.isEmpty || !$0.address6.isEmpty || !told.contains($0.network) }
            .map(ContainerWords.endpoint).filter { known.insert($0).inserted }
        return seen.isEmpty ? container.networks.map(TextSafety.visible) : seen
    }

    /// `57 × wget …, 2 × sh -c id`: most frequent first.
    private func execs(of container: Container) -> String {
        let execs = report.inventory.execs(of: container.id).filter { exec in
            report.moment.map { exec.time <= $0 } ?? true
        }
        let counts = Dictionary(grouping: execs, by: \.command).mapValues(\.count)
            .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let texts = counts.map { command, count in
            let text = command.isEmpty ? "unknown command" : TextSafety.visible(command)
            let words = report.listsAll ? text : DisplayWidth.fit(text, into: 60)
            return count == 1 ? "`\(words)`" : "\(Quantity.count(count)) × `\(words)`"
        }
        return list(texts)
    }

    private func list(_ parts: [String]) -> String {
        guard parts.count > shown else { return parts.joined(separator: ", ") }
        return parts.prefix(shown).joined(separator: ", ") + " and \(parts.count - shown) more"
    }

    private func wrapped(_ label: String, _ text: String, _ ink: Ink) -> [StyledLine] {
        guard !text.isEmpty else { return [] }
        let width = max(40, style.width) - Self.indent.count - Self.labelWidth
        return TextLayout.wrapped(text, width: width).enumerated().map { index, part in
            var line = StyledLine(Self.indent + DisplayWidth.pad(index == 0 ? label : "", to: Self.labelWidth), .dim)
            line.append(part, ink)
            return line
        }
    }
}
