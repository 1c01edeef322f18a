import Events

@testable import Context

/// Made-up records of Linux hosts, in the shapes that auditd, strace and sensors have.
struct LinuxRecords {
    var service = "auditd"
    var host = "node1"
    var views: [EventView] = []
    private var serial: UInt64 = 0

    init(service: String = "auditd", host: String = "node1") {
        self.service = service
        self.host = host
    }

    static let shim = "/usr/bin/containerd-shim-runc-v2"
    static let bundles = "/run/containerd/io.containerd.runtime.v2.task/moby/"

    static func time(_ seconds: Double) -> Timestamp {
        Timestamp(nanoseconds: Fixture.seconds(0).nanoseconds + Int64(seconds * 1_000_000_000))
    }

    /// One record.
    @discardableResult
    mutating func add(
        _ pid: Int, parent: Int? = nil, at seconds: Double, start: Bool = false, category: String = "",
        _ values: [EvidenceField: String] = [:]
    ) -> EventView {
        serial += 1
        var all: [EvidenceField: String] = [.processID: String(pid)]
        if let parent { all[.parentProcessID] = String(parent) }
        all.merge(values) { $1 }
        let view = EventView(
            kind: start ? .linuxProcess : .linuxRecord, time: LinuxRecords.time(seconds), host: host,
            values: EvidenceField.allCases.compactMap { field in all[field].map { EventView.Value(field, $0) } },
            origin: Origin(product: "linux", category: start ? "process_creation" : category, service: service),
            place: EventPlace(source: 0, record: serial, offset: Int64(serial)))
        views.append(view)
        return view
    }

    /// A program is executed.
    @discardableResult
    mutating func execute(
        _ pid: Int, parent: Int? = nil, at seconds: Double, _ image: String, _ line: String? = nil,
        device: String? = nil, extra: [EvidenceField: String] = [:]
    ) -> EventView {
        var values: [EvidenceField: String] = [.image: image, .commandLine: line ?? image]
        if service != "strace" { values[.comm] = String(LinuxRole.name(image).prefix(15)) }
        if let device { values[.device] = device }
        values.merge(extra) { $1 }
        return add(pid, parent: parent, at: seconds, start: true, values)
    }

    /// A call of a trace.
    @discardableResult
    mutating func call(_ pid: Int, _ name: String, _ arguments: String = "", result: String, at seconds: Double)
        -> EventView
    {
        add(pid, at: seconds, [.syscall: name, .arguments: arguments, .result: result])
    }

    /// What auditd tells of a container's start: shim 100·n, `runc create` 100·n+1, `runc init` and the first program
    /// 100·n+2.
    @discardableResult
    mutating func container(_ id: String, _ number: Int, at seconds: Double, program: String = "/usr/sbin/nginx") -> Int
    {
        let base = number * 100
        let folder = LinuxRecords.bundles + id
        execute(
            base, parent: 50, at: seconds, LinuxRecords.shim,
            LinuxRecords.shim + " -namespace moby -id \(id) -address /run/c.sock")
        execute(
            base + 1, parent: base, at: seconds + 0.1, "/usr/bin/runc",
            "runc --root /run/runc --log \(folder)/log.json create --bundle \(folder) \(id)")
        execute(base + 2, parent: base + 1, at: seconds + 0.2, "/usr/bin/runc", "runc init", extra: [.comm: "exe"])
        execute(base + 2, parent: base, at: seconds + 0.4, program, program, device: "00:4\(number)")
        return base + 2
    }

    func context(_ others: [EventView] = []) -> Context { Fixture.context(views + others) }
}
