import Events

extension ThreadReading {
    /// Microsoft-Windows-Kernel-Process: process and thread starts, image loads.
    mutating func readKernelProcess() {
        switch view.eventID {
        case 1:
            guard let pid = pid(.processID, .processIDOfFilter) else { return }
            add(.start, pid: pid, other: self.pid(.parentProcessID) ?? 0, text: view[.image] ?? "")
        case 3:
            guard let pid = pid(.targetProcessID, .processIDOfFilter) else { return }
            add(.threadStart, pid: pid, other: self.pid(.threadIDOfPayload, .threadIDOfEvent) ?? 0)
            guard let base = number(.tebBase), base != 0 else { return }
            add(
                .block, pid: pid, other: self.pid(.threadIDOfPayload, .threadIDOfEvent) ?? 0, address: base,
                value: number(.pointerSize) ?? 0)
        case 5: readLoad(base: number(.imageBase), size: number(.imageSize))
        default: return
        }
    }

    private mutating func readLoad(base: UInt64?, size: UInt64?) {
        guard let pid = pid(.processID, .processIDOfFilter), let base, base != 0, let path = view[.imageLoaded] else {
            return
        }
        let stamp = number(.timeDateStamp).flatMap { UInt32(exactly: $0) } ?? 0
        let checksum = number(.imageCheckSum).flatMap { UInt32(exactly: $0) } ?? 0
        add(
            .load, pid: pid, address: base, size: size ?? 0, value: UInt64(stamp) << 32 | UInt64(checksum), text: path)
    }

    /// Microsoft-Windows-Threat-Intelligence. 21–25 are 1–5 by drivers.
    mutating func readThreatIntelligence() {
        guard let caller = pid(.sourceProcessID, .callingProcessID), let target = pid(.targetProcessID),
            let access = threatAccess
        else { return }
        let failed = (number(.operationStatus) ?? 0) & 0x8000_0000 != 0
        let address: UInt64?
        switch access {
        case .apc: address = number(.apcRoutine)
        case .context: address = number(.pc)
        case .resume: address = nil
        default: address = number(.baseAddress)
        }
        let length = access == .apc || access == .context ? 1 : number(.bytesCopied, .viewSize, .regionSize) ?? 0
        var act = makeAct(
            access, by: caller, on: .process(target), address.map { [.init(address: $0, length: length)] } ?? [],
            isFailed: failed)
        if access != .apc, access != .context, let type = number(.vadRegionType), type != 0 {
            act.region = MemoryAct.Region(
                type: type, base: number(.vadAllocationBase) ?? 0,
                file: NeutralText.cut(view[.vadFile] ?? "", to: ThreadRecord.textLimit))
        }
        self.act = act
    }

    private var threatAccess: MemoryAct.Access? {
        switch view.eventID {
        case 1, 6, 21, 26: return .allocate
        case 2, 7, 22, 27: return .protect
        case 3, 8, 23, 28: return .map
        case 4, 24: return .apc
        case 5, 25: return .context
        case 11, 13: return .read
        case 12, 14: return .write
        case 16, 18, 20: return .resume
        case 1...: return nil
        default: break
        }
        // Consumers that write no id name the task; it is one for both directions.
        let name = ASCII.lowered(view[.eventName] ?? "")
        let tasks: [(String, MemoryAct.Access)] = [
            ("allocvm", .allocate), ("protectvm", .protect), ("mapview", .map), ("queueuserapc", .apc),
            ("setthreadcontext", .context), ("readvm", .read), ("writevm", .write), ("suspendresume", .resume),
        ]
        return tasks.first { name.contains($0.0) }?.1
    }

    /// Calls as NtTrace, drstrace and API Monitor write them; loads as Procmon does.
    mutating func readWindowsTrace() {
        if view.origin.category == "image_load" || view[.imageBase] != nil {
            let base = TraceNumber.parse(view[.procmonBase]) ?? TraceNumber.hex(view[.imageBase])
            readLoad(base: base, size: number(.procmonSize, .imageSize))
            return
        }
        if view.origin.category == "process_creation", let pid = pid(.processID) {
            add(.start, pid: pid, other: self.pid(.parentProcessID) ?? 0, text: view[.image] ?? "")
            return
        }
        guard let name = view[.function] ?? view[.syscall] else {
            // NtTrace names the process that it starts.
            if let pid = pid(.processID), let line = view[.commandLine] {
                add(.start, pid: pid, text: ThreadReading.program(of: line))
            }
            return
        }
        let caller = pid(.processID) ?? 0
        let call = name.hasPrefix("Zw") ? "Nt" + name.dropFirst(2) : name
        if !readAccess(call, by: caller) { readHandles(call, by: caller) }
    }

    private mutating func readAccess(_ call: String, by caller: UInt32) -> Bool {
        let pointed = number(.baseAddressValue) ?? number(.baseAddress)
        let isFailed = hasFailed(call)
        func process(_ access: MemoryAct.Access, _ address: UInt64?, _ length: UInt64?) -> MemoryAct? {
            guard let handle = number(.processHandle) else { return nil }
            return makeAct(
                access, by: caller, on: isSelf(handle) ? .own : .processHandle(handle),
                address.map { [.init(address: $0, length: length ?? 0)] } ?? [], isFailed: isFailed)
        }
        func thread(_ access: MemoryAct.Access, _ address: UInt64? = nil) -> MemoryAct? {
            guard let handle = number(.threadHandle, .a0) else { return nil }
            return makeAct(
                access, by: caller, on: isSelf(handle) ? .own : .threadHandle(handle),
                address.map { [.init(address: $0, length: 1)] } ?? [], isFailed: isFailed)
        }
        switch call {
        case "NtWriteVirtualMemory", "WriteProcessMemory":
            act = process(.write, number(.baseAddress), number(.bytesToWrite))
        case "NtReadVirtualMemory", "ReadProcessMemory":
            act = process(.read, number(.baseAddress), number(.bytesToRead))
        case "NtProtectVirtualMemory", "VirtualProtectEx":
            act = process(.protect, pointed, number(.regionSizeValue) ?? number(.regionSize))
        case "NtAllocateVirtualMemory", "VirtualAllocEx":
            act = process(.allocate, pointed, number(.regionSizeValue) ?? number(.regionSize))
        case "NtMapViewOfSection", "NtMapViewOfSectionEx":
            act = process(.map, number(.baseAddressValue), number(.viewSizeValue) ?? 1)
        case "NtSetContextThread", "SetThreadContext", "NtWow64SetContextThread", "Wow64SetThreadContext":
            act = thread(.context)
        case "NtQueueApcThread", "NtQueueApcThreadEx", "NtQueueApcThreadEx2":
            act = thread(.apc, number(.apcRoutine) ?? (call == "NtQueueApcThread" ? number(.a1) : nil))
        case "QueueUserAPC", "QueueUserAPC2":
            guard let handle = number(.threadHandle, .a1) else { return true }
            act = makeAct(
                .apc, by: caller, on: isSelf(handle) ? .own : .threadHandle(handle),
                number(.a0).map { [.init(address: $0, length: 1)] } ?? [], isFailed: isFailed)
        case "NtResumeThread", "ResumeThread", "NtAlertResumeThread": act = thread(.resume)
        case "NtResumeProcess": act = process(.resume, nil, nil)
        case "NtSetInformationProcess":
            // 35 is ProcessTlsInformation: only the loader uses it, on its own process.
            let kind = view[.processInformationClass] ?? view[.a1] ?? ""
            guard TraceNumber.parse(kind) == 35 || kind.contains("ProcessTlsInformation") else { return true }
            act = process(.information, nil, nil)
        default: return false
        }
        return true
    }

    /// Calls that make, copy and close handles.
    private mutating func readHandles(_ call: String, by caller: UInt32) {
        guard !hasFailed(call) else { return }
        switch call {
        case "NtOpenProcess", "OpenProcess", "NtOpenThread", "OpenThread":
            let isThread = call.hasSuffix("Thread")
            let made =
                call.hasPrefix("Nt")
                ? number(isThread ? .threadHandleValue : .processHandleValue, .a0Value)
                : TraceNumber.parse(view[.result])
            let id =
                call.hasPrefix("Nt")
                ? pid(.clientIDValue, .a3Value) : pid(isThread ? .targetThreadID : .targetProcessID, .a2)
            guard let made, made != 0, let id else { return }
            add(isThread ? .threadHandle : .processHandle, pid: caller, other: id, address: made)
        case "GetProcessId":
            guard let handle = number(.processHandle, .a0), let id = pid(.result), id != 0 else { return }
            add(.processHandle, pid: caller, other: id, address: handle)
        case "NtCreateUserProcess", "NtCreateProcess", "NtCreateProcessEx", "CreateProcessA", "CreateProcessW",
            "CreateProcessInternalW":
            readCreation(call, by: caller)
        case "NtDuplicateObject":
            guard let old = number(.sourceHandle, .a1), let new = number(.targetHandleValue, .a3Value), new != 0 else {
                return
            }
            add(.copiedHandle, pid: caller, address: new, value: old)
        case "DuplicateHandle":
            guard let old = number(.a1), let new = number(.a3Value), new != 0 else { return }
            add(.copiedHandle, pid: caller, address: new, value: old)
        case "NtClose", "CloseHandle":
            guard let handle = number(.handle, .a0) else { return }
            add(.closed, pid: caller, address: handle)
        default: return
        }
    }

    private mutating func readCreation(_ call: String, by caller: UInt32) {
        let line = view[.commandLine] ?? ""
        let named = view[.applicationName] ?? ""
        let program = named.isEmpty || named == "NULL" || TraceNumber.parse(named) == 0 ? line : named
        let text = ModuleLayout.fileName(ThreadReading.program(of: program))
        let flags = view[.creationFlags] ?? ""
        let isSuspended =
            flags.contains("CREATE_SUSPENDED") || (TraceNumber.parse(flags).map { $0 & 4 != 0 } ?? false)
            || call.hasPrefix("Nt")
        if isSuspended { add(.suspendedChild, pid: caller, text: text) }
        if let handle = number(.processHandleValue, .a0Value), handle != 0, call.hasPrefix("Nt") {
            add(.processHandle, pid: caller, address: handle, text: text)
        }
    }

    /// The pseudo handles of one's own process and thread.
    private func isSelf(_ handle: UInt64) -> Bool {
        [UInt64.max, UInt64.max - 1, 0xFFFF_FFFF, 0xFFFF_FFFE].contains(handle)
    }

    /// System calls tell a status, functions whether they worked.
    private func hasFailed(_ call: String) -> Bool {
        guard let result = view[.result] else { return false }
        if call.hasPrefix("Nt") { return (TraceNumber.parse(result) ?? 0) & 0x8000_0000 != 0 }
        if call == "ResumeThread" { return TraceNumber.parse(result) == 0xFFFF_FFFF || result == "-1" }
        return ["FALSE", "NULL", "0", "0x0"].contains(result)
    }

    /// The program of a command line: the first word or what stands in quotes.
    static func program(of line: String) -> String {
        var rest = line.utf8.prefix(1024)
        while let first = rest.first, first == 0x20 { rest = rest.dropFirst() }
        let quote = UInt8(ascii: "\"")
        let isQuoted = rest.first == quote
        if isQuoted { rest = rest.dropFirst() }
        let end = rest.firstIndex { isQuoted ? $0 == quote : $0 == 0x20 } ?? rest.endIndex
        let word = String(decoding: rest[..<end], as: UTF8.self)
        guard isQuoted else { return word }
        // API Monitor puts the whole command line in quotes; a program in it that has a space has quotes of its own.
        if word.hasPrefix("\\\"") { return word.replacing("\\\"", with: "") }
        let doubled = word.utf8.firstRange(of: ".exe ".utf8)
        return doubled.map { String(word[..<$0.upperBound].dropLast()) } ?? word
    }
}
