import Events

/// What one event tells of memory, threads and handles: records to keep, and the act it is, if it is one.
struct ThreadReading {
    var records: [ThreadRecord] = []
    var act: MemoryAct?

    /// Whether records of an origin (of ``EventKind/memory``) say what a process does to another, and not only what it loaded
    /// and started.
    static func holdsActs(_ origin: Origin) -> Bool {
        origin.service != "procmon" && ASCII.lowered(origin.provider) != kernelProcess
    }

    private static let kernelProcess = "microsoft-windows-kernel-process"

    /// Services of Linux whose records are read.
    static let services: Set<String> = ["strace", "tracee", "maps"]
    /// System calls of Linux that are read.
    static let calls: Set<String> = [
        "ptrace", "process_vm_writev", "process_vm_readv", "pwrite64", "pread64", "openat", "open", "openat2", "close",
        "execve", "execveat", "arch_prctl", "set_thread_area", "clone", "clone3", "fork", "vfork", "mmap", "mmap2",
    ]

    let view: EventView
    let host: String
    let isTrace: Bool

    /// Reads an event. Nil for kinds that tell nothing, and without a time; a map has none of its own.
    init?(_ view: EventView) {
        guard view.time != .unknown || view.origin.service == "maps" else { return nil }
        self.view = view
        host = ASCII.lowered(view.host)
        switch view.kind {
        case .memory:
            let provider = ASCII.lowered(view.origin.provider)
            isTrace = provider.isEmpty
            switch provider {
            case ThreadReading.kernelProcess: readKernelProcess()
            case "microsoft-windows-threat-intelligence": readThreatIntelligence()
            default: readWindowsTrace()
            }
        case .linuxProcess, .linuxRecord:
            isTrace = true
            switch view.origin.service {
            case "strace": readStrace()
            case "tracee": readTracee()
            case "maps": readMap()
            default: return nil
            }
        default: return nil
        }
        if records.isEmpty && act == nil { return nil }
    }

    func number(_ fields: EvidenceField...) -> UInt64? {
        for field in fields { if let text = view[field], let number = TraceNumber.parse(text) { return number } }
        return nil
    }

    func pid(_ fields: EvidenceField...) -> UInt32? {
        for field in fields {
            if let text = view[field], let number = TraceNumber.parse(text).flatMap({ UInt32(exactly: $0) }) {
                return number
            }
        }
        return nil
    }

    var source: SourceNumber { isTrace ? view.place.source : .none }
    var moment: TraceMoment {
        TraceMoment(time: view.time.nanoseconds, order: isTrace ? view.place.offset : 0)
    }

    mutating func add(
        _ kind: ThreadRecord.Kind, pid: UInt32, other: UInt32 = 0, address: UInt64 = 0, size: UInt64 = 0,
        value: UInt64 = 0, text: String = ""
    ) {
        records.append(
            ThreadRecord(
                kind: kind, host: host, source: source, time: moment.time, order: moment.order, pid: pid, other: other,
                address: address, size: size, value: value, text: NeutralText.cut(text, to: ThreadRecord.textLimit)))
    }

    func makeAct(
        _ access: MemoryAct.Access, by caller: UInt32, on target: MemoryAct.Target, _ spans: [MemoryAct.Span],
        value: UInt64? = nil, isLinux: Bool = false, isFailed: Bool = false
    ) -> MemoryAct {
        MemoryAct(
            access: access, host: host, source: source, moment: moment, caller: caller, target: target,
            spans: Array(spans.prefix(MemoryAct.spanLimit)), value: value, isLinux: isLinux, isFailed: isFailed,
            place: view.place)
    }
}
