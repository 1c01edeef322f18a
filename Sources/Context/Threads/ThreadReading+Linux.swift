import Events

extension ThreadReading {
    /// A call as strace writes it.
    mutating func readStrace() {
        guard let call = view[.syscall] else { return }
        let caller = pid(.processID) ?? 0
        let result = view[.result] ?? "0"
        let isFailed = result.hasPrefix("-")
        switch call {
        case "ptrace": readPtrace(by: caller, isFailed: isFailed)
        case "process_vm_writev", "process_vm_readv":
            guard let target = pid(.targetProcessID, .a0), let remote = view[.a3] else { return }
            let access: MemoryAct.Access = call == "process_vm_writev" ? .write : .read
            act = makeAct(
                access, by: caller, on: .process(target), ThreadReading.vector(remote), isLinux: true,
                isFailed: isFailed)
            act?.value = view[.a1].flatMap { ThreadReading.word($0) }
        case "pwrite64", "pread64":
            readMemoryFile(.init(call == "pwrite64"), by: caller, isFailed: isFailed)
        case "openat", "open", "openat2":
            guard !isFailed, let descriptor = TraceNumber.parse(result), let path = view[.path],
                path.hasPrefix("/proc/")
            else { return }
            add(.descriptor, pid: caller, address: descriptor, text: path)
        case "close":
            if let descriptor = TraceNumber.parse(view[.a0]?.prefixBeforeAngle) {
                guard view[.descriptorPath].map({ $0.hasPrefix("/proc/") }) ?? true else { return }
                add(.closed, pid: caller, address: descriptor)
            }
        case "execve", "execveat":
            if !isFailed, view.kind == .linuxProcess { add(.start, pid: caller, text: view[.image] ?? "") }
        default: if !isFailed { readThreads(call, result, by: caller) }
        }
    }

    /// Calls by which a process makes threads, sets its own thread pointers and maps files.
    private mutating func readThreads(_ call: String, _ result: String, by caller: UInt32) {
        let text = view[.arguments] ?? ""
        switch call {
        case "arch_prctl":
            let option = view[.a0] ?? ""
            guard let address = TraceNumber.parse(view[.a1]) else { return }
            switch option {
            case "ARCH_SET_FS", "0x1002":
                add(.pointer, pid: caller, address: address)
                act = makeAct(
                    .pointer, by: caller, on: .own, [.init(address: address, length: 8)], value: address, isLinux: true)
            case "ARCH_SET_GS", "0x1001": add(.block, pid: caller, other: caller, address: address, value: 8)
            case "ARCH_GET_FS", "0x1003": add(.pointerSeen, pid: caller, address: address)
            default: return
            }
        case "set_thread_area":
            guard let base = TraceNumber.value(named: "base_addr=", in: text) else { return }
            add(.pointer, pid: caller, address: base)
            act = makeAct(
                .pointer, by: caller, on: .own, [.init(address: base, length: 4)], value: base, isLinux: true)
        case "clone", "clone3", "fork", "vfork":
            guard let child = TraceNumber.parse(result).flatMap({ UInt32(exactly: $0) }), child != 0 else { return }
            let isThread = text.contains("CLONE_THREAD")
            add(isThread ? .thread : .fork, pid: child, other: caller)
            guard text.contains("CLONE_SETTLS") else { return }
            // On i386 it is a descriptor: `tls={entry_number=12, base_addr=0x…}`.
            let base = TraceNumber.value(named: "tls=", in: text) ?? TraceNumber.value(named: "base_addr=", in: text)
            guard let base, base != 0 else { return }
            // clone3 tells where the stack ends; with clone the child's stack pointer is its end.
            var end: UInt64 = TraceNumber.value(named: "child_stack=", in: text) ?? 0
            if let stack = TraceNumber.value(named: " stack=", in: text),
                let size = TraceNumber.value(named: "stack_size=", in: text)
            {
                let sum = stack.addingReportingOverflow(size)
                end = sum.overflow ? 0 : sum.partialValue
            }
            add(.pointer, pid: child, address: base, size: end)
        case "mmap", "mmap2":
            guard let base = TraceNumber.parse(result), base != 0 else { return }
            let file = view[.a4].flatMap { ThreadReading.file(of: $0) } ?? ""
            if !file.isEmpty, TraceNumber.parse(view[.a5]) == 0 { add(.load, pid: caller, address: base, text: file) }
            guard let length = TraceNumber.parse(view[.a1]), view[.a2]?.contains("PROT_WRITE") == true,
                view[.a3]?.contains("MAP_FIXED") == true
            else { return }
            add(.segment, pid: caller, address: base, size: length, text: file)
        default: return
        }
    }

    private mutating func readPtrace(by caller: UInt32, isFailed: Bool) {
        guard let target = pid(.a1, .targetProcessID) else { return }
        let request = view[.a0] ?? ""
        let text = view[.arguments] ?? ""
        let data = TraceNumber.parse(view[.a3])
        switch request {
        case "PTRACE_POKEDATA", "PTRACE_POKETEXT":
            guard let address = TraceNumber.parse(view[.a2]) else { return }
            act = makeAct(
                .write, by: caller, on: .thread(target), [.init(address: address, length: 8)], value: data,
                isLinux: true, isFailed: isFailed)
        case "PTRACE_PEEKDATA", "PTRACE_PEEKTEXT":
            guard !isFailed, let address = TraceNumber.parse(view[.a2]), let data else { return }
            add(.word, pid: caller, other: target, address: address, value: data)
            act = makeAct(
                .read, by: caller, on: .thread(target), [.init(address: address, length: 8)], isLinux: true)
        case "PTRACE_GETREGS", "PTRACE_GETREGSET":
            guard !isFailed, let base = TraceNumber.value(named: "fs_base=", in: text) else { return }
            add(.pointerSeen, pid: target, address: base)
        case "PTRACE_PEEKUSER":
            guard !isFailed, ThreadReading.isBase(view[.a2] ?? ""), let data, data != 0 else { return }
            add(.pointerSeen, pid: target, address: data)
        case "PTRACE_SETREGS", "PTRACE_SETREGSET":
            if let base = TraceNumber.value(named: "fs_base=", in: text) {
                readPointerSet(to: base, of: target, by: caller, isFailed: isFailed)
            } else if text.contains("NT_ARM_TLS") || text.contains("NT_386_TLS") {
                readPointerSet(to: nil, of: target, by: caller, isFailed: isFailed)
            }
        case "PTRACE_POKEUSER":
            guard ThreadReading.isBase(view[.a2] ?? "") else { return }
            readPointerSet(to: data, of: target, by: caller, isFailed: isFailed)
        case "PTRACE_ARCH_PRCTL", "0x1e":
            let option = view[.a3] ?? ""
            guard ["ARCH_SET_FS", "ARCH_SET_GS", "0x1002", "0x1001"].contains(option) else { return }
            readPointerSet(to: TraceNumber.parse(view[.a2]), of: target, by: caller, isFailed: isFailed)
        case "PTRACE_SET_THREAD_AREA":
            let base = TraceNumber.value(named: "base_addr=", in: text)
            readPointerSet(to: base, of: target, by: caller, isFailed: isFailed)
        default: return
        }
    }

    private mutating func readPointerSet(to base: UInt64?, of target: UInt32, by caller: UInt32, isFailed: Bool) {
        act = makeAct(
            .pointer, by: caller, on: .thread(target), base.map { [.init(address: $0, length: 8)] } ?? [], value: base,
            isLinux: true, isFailed: isFailed)
        if !isFailed, let base { add(.pointerSeen, pid: target, address: base) }
    }

    /// Reads and writes of `/proc/PID/mem`; the offset is the address.
    private mutating func readMemoryFile(_ access: MemoryAct.Access, by caller: UInt32, isFailed: Bool) {
        guard let offset = TraceNumber.parse(view[.a3]), let length = TraceNumber.parse(view[.a2]) else { return }
        let target: MemoryAct.Target
        if let path = view[.descriptorPath] {
            guard let found = ThreadReading.memoryFile(path, of: caller) else { return }
            target = found
        } else {
            guard let descriptor = TraceNumber.parse(view[.a0]?.prefixBeforeAngle) else { return }
            target = .descriptor(descriptor)
        }
        act = makeAct(
            access, by: caller, on: target, [.init(address: offset, length: length)],
            value: access == .write && length == 8 ? view[.a1].flatMap { ThreadReading.octets($0) } : nil,
            isLinux: true, isFailed: isFailed)
    }

    /// Tracee: a `ptrace` with address and data. `process_vm_writev` there has no remote address.
    mutating func readTracee() {
        let name = view[.traceeEvent] ?? view[.traceeName] ?? ""
        let caller = pid(.processID) ?? 0
        let target = pid(.traceePID, .traceeDataPID)
        let isFailed = (view[.traceeReturn] ?? "").hasPrefix("-")
        guard let target else { return }
        if name == "process_vm_writev" {
            act = makeAct(.write, by: caller, on: .process(target), [], isLinux: true, isFailed: isFailed)
            return
        }
        guard name == "ptrace" else { return }
        let request = view[.traceeRequest] ?? view[.traceeDataRequest] ?? ""
        let address = number(.traceeAddress, .traceeDataAddress)
        let data = number(.traceeData, .traceeDataData)
        switch request {
        case "PTRACE_POKEDATA", "PTRACE_POKETEXT", "4", "5":
            guard let address else { return }
            act = makeAct(
                .write, by: caller, on: .thread(target), [.init(address: address, length: 8)], value: data,
                isLinux: true, isFailed: isFailed)
        case "PTRACE_ARCH_PRCTL", "30":
            guard data == 0x1002 || data == 0x1001 else { return }
            readPointerSet(to: address, of: target, by: caller, isFailed: isFailed)
        case "PTRACE_POKEUSR", "PTRACE_POKEUSER", "6":
            guard address == 168 || address == 176 else { return }
            readPointerSet(to: data, of: target, by: caller, isFailed: isFailed)
        case "PTRACE_SET_THREAD_AREA", "26":
            readPointerSet(to: nil, of: target, by: caller, isFailed: isFailed)
        default: return
        }
    }
}

// MARK: - Words of strace

extension ThreadReading {
    /// `[{iov_base=0x7f…, iov_len=8}, …]`.
    static func vector(_ text: String) -> [MemoryAct.Span] {
        var spans: [MemoryAct.Span] = []
        let bytes = text.utf8
        var position = bytes.startIndex
        while spans.count < MemoryAct.spanLimit,
            let start = TraceNumber.position(after: "iov_base=", in: bytes, from: position)
        {
            position = start
            guard let address = TraceNumber.parse(String(decoding: bytes[start...].prefix(40), as: UTF8.self)),
                let length = TraceNumber.position(after: "iov_len=", in: bytes, from: start)
            else { continue }
            position = length
            let size = TraceNumber.parse(String(decoding: bytes[length...].prefix(40), as: UTF8.self)) ?? 0
            spans.append(.init(address: address, length: size))
        }
        return spans
    }

    /// The one word that a local vector holds; nil for other lengths.
    static func word(_ text: String) -> UInt64? {
        guard TraceNumber.value(named: "iov_len=", in: text) == 8,
            let start = TraceNumber.position(after: "iov_base=", in: text.utf8, from: text.utf8.startIndex)
        else { return nil }
        return octets(String(decoding: text.utf8[start...].prefix(64), as: UTF8.self))
    }

    /// The first eight bytes of a string as strace quotes it, as a little-endian word; nil when there are fewer.
    static func octets(_ text: String) -> UInt64? {
        var bytes = text.utf8.prefix(64)
        guard bytes.first == UInt8(ascii: "\"") else { return nil }
        bytes = bytes.dropFirst()
        let names: [UInt8: UInt8] = [0x6E: 10, 0x74: 9, 0x72: 13, 0x76: 11, 0x66: 12]
        var value: UInt64 = 0
        for index in 0..<8 {
            guard let byte = bytes.popFirst(), byte != UInt8(ascii: "\"") else { return nil }
            var octet = byte
            if byte == UInt8(ascii: "\\") {
                guard let next = bytes.popFirst() else { return nil }
                octet = names[next] ?? next
                if next &- 0x30 < 8 {
                    octet = next - 0x30
                    var digits = 1
                    while digits < 3, let digit = bytes.first, digit &- 0x30 < 8 {
                        octet = octet &* 8 &+ (digit - 0x30)
                        bytes = bytes.dropFirst()
                        digits += 1
                    }
                }
            }
            value |= UInt64(octet) << UInt64(8 * index)
        }
        return value
    }

    /// Whether an offset of `struct user` is that of `fs_base` or `gs_base` (168, 176), as strace writes it.
    static func isBase(_ text: String) -> Bool {
        ["8*SS+8", "8*SS+16", "8*FS_BASE", "8*GS_BASE", "168", "176", "0xa8", "0xb0"].contains(text)
    }

    /// `/proc/12804/mem`, `/proc/1549/task/1551/mem`, `/proc/self/mem`.
    static func memoryFile(_ path: String, of caller: UInt32) -> MemoryAct.Target? {
        let parts = path.utf8.prefix(80).split(separator: UInt8(ascii: "/")).map { String(decoding: $0, as: UTF8.self) }
        guard parts.first == "proc", parts.last == "mem", parts.count == 3 || parts.count == 5 else { return nil }
        if parts[1] == "self" || parts[1] == "thread-self" { return .own }
        return UInt32(parts[1]).map { .process($0) }
    }

    /// The file of a descriptor with its path: `7</a/b.exe>`.
    static func file(of descriptor: String) -> String? {
        let bytes = descriptor.utf8
        guard let open = bytes.firstIndex(of: UInt8(ascii: "<")), bytes.last == UInt8(ascii: ">") else { return nil }
        return String(decoding: bytes[bytes.index(after: open)...].dropLast(), as: UTF8.self)
    }
}

extension MemoryAct.Access {
    fileprivate init(_ writes: Bool) { self = writes ? .write : .read }
}

extension String {
    /// What stands before the first `<`.
    fileprivate var prefixBeforeAngle: String {
        String(decoding: utf8.prefix { $0 != UInt8(ascii: "<") }, as: UTF8.self)
    }
}
