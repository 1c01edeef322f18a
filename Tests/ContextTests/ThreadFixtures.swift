import Events

@testable import Context

/// Made-up records of memory, threads and handles, in the shapes that ETW consumers and tracers write.
struct ThreadRecords {
    var views: [EventView] = []
    var host = "host01"
    var source: SourceNumber = 0
    private var offset: Int64 = 0

    /// The layout of the sample program: addresses as in the recorded traces.
    static let layout = ModuleLayout(
        name: "C:\\lab\\App.exe", timestamp: 77, imageSize: 0x9000, preferredBase: base,
        ranges: [
            .init(part: .entry, start: 0x148, end: 0x150), .init(part: .directory, start: 0x3280, end: 0x32A8),
            .init(part: .array, start: 0x39D8, end: 0x3A00), .init(part: .index, start: 0x512C, end: 0x5130),
            .init(part: .template, start: 0x7000, end: 0x7010), .init(part: .callbackCode, start: 0x1510, end: 0x1520),
        ])
    static let base: UInt64 = 0x1_4000_0000
    static let teb: UInt64 = 0x67FE_0000

    static func hex(_ number: UInt64) -> String { "0x" + String(number, radix: 16) }

    @discardableResult
    mutating func add(
        _ kind: EventKind, at seconds: Double, origin: Origin, _ values: [EvidenceField: String]
    ) -> EventView {
        offset += 64
        let view = EventView(
            kind: kind, time: LinuxRecords.time(seconds), host: host, eventID: origin.eventID,
            values: EvidenceField.allCases.compactMap { field in values[field].map { EventView.Value(field, $0) } },
            origin: origin, place: EventPlace(source: source, record: UInt64(offset), offset: offset))
        views.append(view)
        return view
    }

    @discardableResult
    mutating func kernelProcess(_ id: Int, at seconds: Double, _ values: [EvidenceField: String]) -> EventView {
        let provider = "Microsoft-Windows-Kernel-Process"
        return add(
            .memory, at: seconds,
            origin: Origin(product: "windows", service: "etw", channel: provider, provider: provider, eventID: id),
            values)
    }

    /// A process with its main module and its first thread.
    mutating func process(
        _ pid: Int, parent: Int = 300, at seconds: Double = 0, base: UInt64 = ThreadRecords.base, stamp: Int = 77,
        size: UInt64 = 0x9000, name: String = "app.exe"
    ) {
        let path = "\\Device\\HarddiskVolume3\\lab\\" + name
        kernelProcess(1, at: seconds, [.processID: "\(pid)", .parentProcessID: "\(parent)", .image: path])
        kernelProcess(
            5, at: seconds,
            [
                .processID: "\(pid)", .imageLoaded: path, .imageBase: ThreadRecords.hex(base),
                .imageSize: ThreadRecords.hex(size), .timeDateStamp: "\(stamp)", .imageCheckSum: "0",
            ])
        kernelProcess(
            3, at: seconds,
            [
                .targetProcessID: "\(pid)", .threadIDOfEvent: "\(pid + 4)",
                .tebBase: ThreadRecords.hex(ThreadRecords.teb),
            ]
        )
    }

    /// Threat-Intelligence.
    @discardableResult
    mutating func threat(
        _ id: Int, at seconds: Double = 1, from caller: Int = 308, to target: Int = 312, _ address: UInt64 = 0,
        _ length: UInt64 = 8, _ more: [EvidenceField: String] = [:]
    ) -> EventView {
        var values: [EvidenceField: String] = [
            .sourceProcessID: "\(caller)", .targetProcessID: "\(target)", .baseAddress: ThreadRecords.hex(address),
            .bytesCopied: ThreadRecords.hex(length), .operationStatus: "0",
        ]
        values.merge(more) { $1 }
        let provider = "Microsoft-Windows-Threat-Intelligence"
        return add(
            .memory, at: seconds,
            origin: Origin(product: "windows", service: "etw", channel: provider, provider: provider, eventID: id),
            values)
    }

    /// A call as NtTrace writes it.
    @discardableResult
    mutating func call(
        _ name: String, by pid: Int = 308, at seconds: Double = 0, _ values: [EvidenceField: String]
    ) -> EventView {
        var all: [EvidenceField: String] = [.function: name, .processID: "\(pid)", .result: "0"]
        all.merge(values) { $1 }
        return add(.memory, at: seconds, origin: Origin(product: "windows", service: "nttrace"), all)
    }

    /// A call as strace writes it.
    @discardableResult
    mutating func strace(
        _ pid: Int, _ name: String, _ arguments: [String], result: String = "0", at seconds: Double = 0,
        path: String? = nil
    ) -> EventView {
        var values: [EvidenceField: String] = [
            .processID: "\(pid)", .syscall: name, .arguments: arguments.joined(separator: ", "), .result: result,
        ]
        let fields: [EvidenceField] = [.a0, .a1, .a2, .a3, .a4, .a5]
        for (field, argument) in zip(fields, arguments) { values[field] = argument }
        if let path { values[name == "execve" ? .image : name == "openat" ? .path : .descriptorPath] = path }
        let isStart = name == "execve"
        return add(
            isStart ? .linuxProcess : .linuxRecord, at: seconds,
            origin: Origin(product: "linux", category: isStart ? "process_creation" : "", service: "strace"), values)
    }

    /// A Linux victim: its main thread's pointer, and a worker's.
    mutating func victim(_ pid: Int = 100) {
        strace(pid, "execve", ["\"./victim\""], path: "./victim")
        strace(pid, "arch_prctl", ["ARCH_SET_FS", "0x7fe4ccf68740"])
        strace(
            pid, "clone3",
            [
                "{flags=CLONE_VM|CLONE_THREAD|CLONE_SETTLS, child_tid=0x7fe4ccf67990, stack=0x7fe4cc767000, "
                    + "stack_size=0x7fff80, tls=0x7fe4ccf676c0} => {parent_tid=[\(pid + 1)]}", "88",
            ], result: "\(pid + 1)")
    }

    /// A line of `/proc/PID/maps`, in the shape `start end permissions path`.
    mutating func mapping(_ line: String, pid: Int? = nil) {
        let parts = line.split(separator: " ")
        var values: [EvidenceField: String] = [
            .mapStart: String(parts[0]), .mapEnd: String(parts[1]), .mapPermissions: String(parts[2]),
        ]
        if parts.count > 3 { values[.mapPath] = String(parts[3]) }
        if let pid { values[.processID] = "\(pid)" }
        add(.linuxRecord, at: 1_000_000, origin: Origin(product: "linux", service: "maps"), values)
    }

    func context(layouts: [ModuleLayout] = [ThreadRecords.layout], sources: [SourceNote] = []) -> Context {
        var builder = ContextBuilder()
        for view in views { builder.observe(view) }
        for layout in layouts { builder.observe(layout: layout) }
        return builder.finish(sources: sources)
    }

    /// The fields that the context adds to an event.
    func fields(of view: EventView, layouts: [ModuleLayout] = [ThreadRecords.layout]) -> [String: String] {
        // The view may have been made while this value was read; a double changes nothing.
        var all = self
        all.views.append(view)
        return ThreadRecords.fields(of: view, all.context(layouts: layouts))
    }

    static func fields(of view: EventView, _ context: Context) -> [String: String] {
        let fields = context.facts(of: view)?.fields ?? []
        return Dictionary(fields.map { ($0.name, $0.values.joined(separator: ",")) }) { first, _ in first }
    }
}
