import Events

/// The process that a record names.
struct FlowProcess: Hashable, Comparable, Sendable, Codable {
    /// Lower case.
    var host: String
    var pid: String
    var image: String
    var guid: String
    /// As the record names it; empty if it does not.
    var container: String
    var isWindows: Bool

    init?(_ record: FlowRecord, _ view: EventView) {
        guard record.origin == .process, !record.isReceived else { return nil }
        host = ASCII.lowered(view.host)
        isWindows = view.kind == .connection
        pid = view.first(.processID, .processIDOfFilter) ?? ""
        image = NeutralText.cut(view.first(.image, .application, .processName, .comm) ?? "", to: SeenTexts.textLimit)
        guid = view[.processGUID] ?? ""
        container = view[.containerID] ?? ""
        if pid.utf8.count > 20 { pid = "" }
        if guid.utf8.count > 40 { guid = "" }
        if container.utf8.count > ContainerID.fullLength { container = "" }
    }

    private var key: [String] { [host, pid, image, guid, container] }

    static func < (left: FlowProcess, right: FlowProcess) -> Bool {
        if left.host != right.host { return left.host < right.host }
        if left.pid != right.pid { return left.pid < right.pid }
        return left.key.lexicographicallyPrecedes(right.key)
    }

    /// A view by which the context attributes the process.
    func view(at time: Timestamp) -> EventView {
        var values: [EventView.Value] = []
        func add(_ field: EvidenceField, _ text: String) { if !text.isEmpty { values.append(.init(field, text)) } }
        add(.image, image)
        add(.processID, pid)
        add(.processGUID, guid)
        add(.containerID, container)
        return EventView(kind: isWindows ? .connection : .linuxRecord, time: time, host: host, values: values)
    }
}
