import Events

/// The process that a record names: one text, because many are kept.
struct FlowProcess: Hashable, Comparable, Sendable, Codable {
    /// Host (lower case), process id, GUID, container as the record names it, kind and image, with NUL between them.
    private let text: String

    init?(_ record: FlowRecord, _ view: EventView) {
        guard record.origin == .process, !record.isReceived else { return nil }
        func part(_ value: String?, _ limit: Int) -> String {
            guard let value, value.utf8.count <= limit, !value.utf8.contains(0) else { return "" }
            return value
        }
        let image = view.first(.image, .application, .processName, .comm) ?? ""
        text = [
            part(ASCII.lowered(view.host), 256), part(view.first(.processID, .processIDOfFilter), 20),
            part(view[.processGUID], 40), part(view[.containerID], ContainerID.fullLength),
            view.kind == .connection ? "w" : "l", NeutralText.cut(image, to: SeenTexts.textLimit),
        ].joined(separator: "\u{0}")
    }

    private func part(_ index: Int) -> String {
        let parts = text.split(separator: "\u{0}", maxSplits: 5, omittingEmptySubsequences: false)
        return index < parts.count ? String(parts[index]) : ""
    }

    var host: String { part(0) }
    var pid: String { part(1) }
    /// Adversary text.
    var image: String { part(5) }

    static func < (left: FlowProcess, right: FlowProcess) -> Bool { left.text < right.text }

    /// A view by which the context attributes the process.
    func view(at time: Timestamp) -> EventView {
        var values: [EventView.Value] = []
        func add(_ field: EvidenceField, _ text: String) { if !text.isEmpty { values.append(.init(field, text)) } }
        add(.image, image)
        add(.processID, pid)
        add(.processGUID, part(2))
        add(.containerID, part(3))
        return EventView(kind: part(4) == "w" ? .connection : .linuxRecord, time: time, host: host, values: values)
    }
}
