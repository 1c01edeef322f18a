import Events

/// The flow graph as text for people: Mermaid (`flowchart LR`).
///
/// Names are adversary text: only letters, digits and `-._:/` of ASCII are let through, everything else is `?`, so
/// that no name ends a label, opens a tag or begins a directive.
struct FlowDiagram {
    /// Most edges that are drawn, those with the most connections.
    static let limit = 200
    /// Longest label.
    static let labelLimit = 48

    let context: Context

    /// The diagram. O(edges log edges).
    func mermaid() -> String {
        let edges = context.flows.edges
        let drawn = edges.sorted { left, right in
            left.connections.count == right.connections.count
                ? left.identity < right.identity : left.connections.count > right.connections.count
        }.prefix(FlowDiagram.limit).sorted { $0.identity < $1.identity }
        var nodes: [FlowEnd: Int] = [:]
        var lines = ["flowchart LR"]
        func node(_ end: FlowEnd, _ time: Int64) -> String {
            if let number = nodes[end] { return "n\(number)" }
            let number = nodes.count
            nodes[end] = number
            let label = FlowDiagram.neutral(label(end, Timestamp(nanoseconds: time)))
            lines.append(end.kind == .container ? "  n\(number)[\"\(label)\"]" : "  n\(number)([\"\(label)\"])")
            return "n\(number)"
        }
        for edge in drawn {
            let source = node(edge.source, edge.first)
            let destination = node(edge.destination, edge.first)
            let port = edge.identity.transport == .icmp ? "" : " \(edge.identity.port)"
            let count = "\(edge.connections.count)\(edge.overflowed ? "+" : "")x"
            let arrow = edge.novelty.isNew ? "==>" : "-->"
            lines.append(
                "  \(source) \(arrow)|\"\(edge.identity.transport.name)\(port) \(count)\"| \(destination)")
        }
        if edges.count > drawn.count { lines.append("  %% \(edges.count - drawn.count) more edges are not drawn") }
        return lines.joined(separator: "\n") + "\n"
    }

    private func label(_ end: FlowEnd, _ time: Timestamp) -> String {
        guard end.kind == .container else { return "\(end.kind.name) \(end.address.text)" }
        guard end.container >= 0 else { return end.unlisted }
        let container = context.inventory.containers[end.container]
        let name = container.name(at: time)
        return name.isEmpty ? container.id.short : name
    }

    static func neutral(_ text: String) -> String {
        var output = ""
        for scalar in text.unicodeScalars.prefix(labelLimit) {
            let isPlain =
                scalar.isASCII
                && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || "-._:/ ".unicodeScalars.contains(scalar))
            output.unicodeScalars.append(isPlain ? scalar : "?")
        }
        return output
    }
}
