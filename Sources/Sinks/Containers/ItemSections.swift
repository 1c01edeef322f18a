import Context
import Events

/// Everything of an inventory that is no container: what runs programs out of an engine's sight, then, when all is asked
/// for, images, networks and volumes.
struct ItemSections {
    private let report: ContainerReport
    private let style: TerminalStyle

    init(_ report: ContainerReport, style: TerminalStyle) {
        self.report = report
        self.style = style
    }

    var lines: [StyledLine] {
        var lines: [StyledLine] = []
        lines += section("CONTAINERS OF CONTAINERD THAT NO ENGINE NAMES", of: .task)
        lines += section("PODS", of: .pod)
        lines += section("COMPUTE SYSTEMS WITHOUT A CONTAINER", of: .system) { $0.container == nil }
        lines += section("VIRTUAL MACHINES", of: .machine)
        lines += silos
        lines += section("WSL DISTRIBUTIONS", of: .distribution)
        lines += section("WINDOWS SANDBOX AND WSL PROGRAMS", of: .sandbox)
        lines += section("ENGINES", of: .engine)
        guard report.listsAll else { return lines + [counts].compactMap { $0 } }
        lines += section("IMAGES", of: .image)
        lines += section("NETWORKS", of: .network)
        lines += section("VOLUMES", of: .volume)
        return lines
    }

    private func items(_ kind: ItemKind) -> [(InventoryItem, ItemState)] {
        report.inventory.items(kind).map { ($0, $0.state(at: report.shown)) }.filter { _, state in
            report.moment == nil || (state.phase != .absent && state.phase != .removed)
        }
    }

    private func section(
        _ title: String, of kind: ItemKind, where isShown: (InventoryItem) -> Bool = { _ in true }
    ) -> [StyledLine] {
        let all = items(kind).filter { isShown($0.0) }
        guard !all.isEmpty else { return [] }
        var lines = [StyledLine(), StyledLine(title + "  " + Quantity.count(all.count), .strong)]
        for (item, state) in all { lines += rows(of: item, state) }
        return lines
    }

    private func rows(of item: InventoryItem, _ state: ItemState) -> [StyledLine] {
        var line = StyledLine("  " + TextSafety.visible(item.name), .strong)
        let id = ItemSections.shortID(item)
        if id != item.name { line.append("  " + TextSafety.visible(id)) }
        if !item.scope.isEmpty { line.append("  on " + TextSafety.visible(item.scope), .dim) }
        if item.kind != .engine { line.append("  " + ContainerWords.state(state), .dim) }
        if let container = item.container { line.append("  container " + container.short, .dim) }
        var lines = [line]
        for attribute in ItemAttribute.allCases where attribute != .name {
            let values = item.values(attribute)
            guard !values.isEmpty, !(attribute == .tag && values == [item.name]) else { continue }
            let shown = report.listsAll ? values : Array(values.suffix(4))
            let texts = shown.map { value in
                let short = attribute == .usedBy || attribute == .builtFrom ? String(value.prefix(12)) : value
                return TextSafety.visible(short)
            }
            let rest = values.count > shown.count ? " and \(values.count - shown.count) more" : ""
            lines += wrapped(attribute.rawValue.replacing("_", with: " "), texts.joined(separator: ", ") + rest)
        }
        let telling = item.happenings.filter { item.kind != .image || $0.verb != .tagged || report.listsAll }
        for happening in telling.suffix(report.listsAll ? .max : 6) {
            lines += wrapped(
                "",
                TimeText.toTheSecond(happening.time) + "  " + happening.verb.rawValue
                    + [happening.object, happening.text].filter { !$0.isEmpty && $0 != item.name }
                    .map { " " + TextSafety.visible($0) }.joined())
        }
        lines += wrapped("sources", item.provenance.sources.map(\.rawValue).joined(separator: ", "))
        return lines
    }

    /// Ids of images and networks are long: their first digits tell them apart.
    private static func shortID(_ item: InventoryItem) -> String {
        guard item.kind == .image || item.kind == .network || item.kind == .pod else { return item.id }
        let digits = item.id.hasPrefix("sha256:") ? item.id.dropFirst(7) : item.id[...]
        return digits.utf8.count == 64 ? String(digits.prefix(12)) : item.id
    }

    private var silos: [StyledLine] {
        let kernel = items(.silo)
        let volumes = report.volumes.filter { report.moment == nil || $0.seen.first <= report.shown }
        guard !kernel.isEmpty || !volumes.isEmpty else { return [] }
        var lines = [StyledLine(), StyledLine("SILOS  " + Quantity.count(kernel.count + volumes.count), .strong)]
        for (item, state) in kernel { lines += rows(of: item, state) }
        for volume in volumes {
            var line = StyledLine("  volume " + TextSafety.visible(volume.guid), .strong)
            line.append("  on " + TextSafety.visible(volume.host), .dim)
            line.append(
                "  programs started from \(TimeText.toTheSecond(volume.seen.first)) to "
                    + TimeText.toTheSecond(volume.seen.last))
            lines.append(line)
            if let container = volume.container {
                lines += wrapped("", "container " + container.short + ": " + TextSafety.visible(volume.reason))
            } else {
                lines += wrapped("", "no single container can be it", .warning)
            }
        }
        return lines
    }

    private var counts: StyledLine? {
        let counts = [(ItemKind.image, "image"), (.network, "network"), (.volume, "volume")].compactMap { kind, noun in
            let count = items(kind).count
            return count == 0 ? nil : Quantity.count(count, noun)
        }
        guard !counts.isEmpty else { return nil }
        return StyledLine("\nalso " + counts.joined(separator: ", ") + ": listed with --all", .dim)
    }

    private func wrapped(_ label: String, _ text: String, _ ink: Ink = .plain) -> [StyledLine] {
        guard !text.isEmpty else { return [] }
        let width = max(40, style.width) - 22
        return TextLayout.wrapped(text, width: width).enumerated().map { index, part in
            var line = StyledLine("      " + DisplayWidth.pad(index == 0 ? label : "", to: 16), .dim)
            line.append(part, ink)
            return line
        }
    }
}
