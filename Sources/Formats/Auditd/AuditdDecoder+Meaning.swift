import Bytes
import Events

/// What the fields of an event say together.
extension AuditdDecoder {
    /// Notes what a field says of the event as a whole.
    mutating func note(
        _ text: RawSpan, _ value: Value, _ meaning: AuditdKey, _ reading: AuditdReading, _ slot: FieldSlot,
        into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        switch meaning {
        case .architecture:
            facts.architecture = Self.hexadecimal(text, value.range).map { UInt32(truncatingIfNeeded: $0) }
        case .syscall:
            if let number = TraceText.number(text, value.range) {
                facts.syscall = number
            } else if reading.isInterpreted {
                facts.syscallName = slot
            }
        case .syscallName: facts.syscallName = slot
        case .success: facts.isFailed = text.holds(value.range, equal: AuditdWords.no)
        case .secondArgument where reading.isSyscall:
            facts.secondArgument = Self.hexadecimal(text, value.range)
        case .thirdArgument where reading.isSyscall:
            facts.thirdArgument = Self.hexadecimal(text, value.range)
        case .userID where reading.isSyscall || facts.userID == nil: facts.userID = slot
        case .userName where facts.userName == nil: facts.userName = slot
        case .workingDirectory: facts.workingDirectory = slot
        case .proctitle: facts.proctitle = slot
        case .argumentCount: facts.argumentCount = TraceText.number(text, value.range)
        case .name where reading.isPath: facts.note(name: slot)
        case .nameType: if text.holds(value.range, equal: AuditdWords.parent) { facts.noteParent() }
        case .lost: facts.lost = TraceText.number(text, value.range)
        case .socketAddress: readSocketAddress(text, value, into: &batch, &vocabulary)
        default: break
        }
    }

    /// A number in hexadecimal without `0x` (or with it, interpreted).
    private static func hexadecimal(_ text: RawSpan, _ range: Range<Int>) -> Int? {
        var position = range.lowerBound
        if text.uint16(at: position) == 0x7830 { position += 2 }
        guard 1...16 ~= range.upperBound - position else { return nil }
        var value: UInt64 = 0
        while position < range.upperBound {
            guard let digit = text.uint8(at: position).flatMap(TraceEscapes.hexadecimal) else { return nil }
            value = value << 4 | UInt64(digit)
            position &+= 1
        }
        return Int(truncatingIfNeeded: value)
    }

    /// `a0="sh"`, `a1=2D6320…`, `a2_len=9000 a2[0]=… a2[1]=…` (the parts may go on in the next record).
    mutating func readArgument(
        _ text: RawSpan, _ key: Range<Int>, _ value: Value, _ reading: AuditdReading, into batch: inout EventBatch,
        _ vocabulary: inout Vocabulary
    ) {
        let digits = TraceText.skipDigits(text, key.lowerBound + 1, key.upperBound)
        let number = TraceText.number(text, (key.lowerBound + 1)..<digits) ?? -1
        guard digits < key.upperBound else {
            flushPartialArgument(into: &batch, &vocabulary)
            let node = writer.name(text.extracting(key), vocabulary: &vocabulary)
            let index = batch.slots.count
            if value.form == .bare, !reading.isInterpreted,
                let start = decode(text, value.range, always: false, into: &batch)
            {
                writer.add(node, arenaFrom: start, into: &batch)
            } else {
                writer.add(
                    node, offset: value.range.lowerBound &+ reading.place.delta, length: value.range.count,
                    inArena: reading.place.inArena, into: &batch)
            }
            if index < batch.slots.count { facts.arguments.append(batch.slots[index]) }
            return
        }
        // `_len` says what comes; the parts say it again.
        guard text.uint8(at: digits) == UInt8(ascii: "[") else { return }
        if facts.partialArgument != number {
            flushPartialArgument(into: &batch, &vocabulary)
            facts.partialArgument = number
        }
        if value.form == .bare, let start = decode(text, value.range, always: true, into: &batch) {
            facts.partial.append(contentsOf: batch.arena[start...])
            batch.arena.removeLast(batch.arena.count - start)
        } else if let part = text.slice(at: value.range.lowerBound, length: value.range.count) {
            facts.partial.append(part)
        }
    }

    /// Writes an argument that came in parts.
    private mutating func flushPartialArgument(into batch: inout EventBatch, _ vocabulary: inout Vocabulary) {
        guard facts.partialArgument >= 0 else { return }
        let name =
            facts.partialArgument < names.argument.count
            ? names.argument[facts.partialArgument] : Array("a\(facts.partialArgument)".utf8)
        facts.partialArgument = -1
        let index = batch.slots.count
        let part = facts.partial
        addText(name, part, into: &batch, &vocabulary)
        facts.partial.removeAll(keepingCapacity: true)
        if index < batch.slots.count { facts.arguments.append(batch.slots[index]) }
    }

    /// The kind of the event: by the call's name, else by the record's type.
    mutating func kind() -> Int? { facts.kind }

    /// Appends what follows from all records together.
    mutating func addMeaning(
        _ offset: Int64, into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        flushPartialArgument(into: &batch, &vocabulary)
        nameCall(into: &batch, &vocabulary)
        addCommandLine(offset, into: &batch, &vocabulary)
        addUser(into: &batch, &vocabulary)
        addPaths(into: &batch, &vocabulary)
    }

    private mutating func kindNamed(_ name: [UInt8]) -> Int { writer.kind(named: name.span.bytes) }

    private mutating func node(_ name: [UInt8], _ vocabulary: inout Vocabulary) -> Int {
        writer.name(name.span.bytes, vocabulary: &vocabulary)
    }

    /// The call's name: stated, or from its number. The kind: by it, by whether it failed and whether it opens for writing.
    private mutating func nameCall(into batch: inout EventBatch, _ vocabulary: inout Vocabulary) {
        value.removeAll(keepingCapacity: true)
        if let slot = facts.syscallName {
            batch.withBytes(of: slot) { value.append($0) }
        } else if let number = facts.syscall, let architecture = facts.architecture,
            let name = SyscallNames.name(number, architecture: architecture)
        {
            value.append(contentsOf: name)
            addText(names.syscallName, name, into: &batch, &vocabulary)
        }
        facts.kind = nil
        guard !value.isEmpty else { return }
        var kind = FieldKinds.plain
        let length = value.count
        if facts.isFailed {
            value.append(contentsOf: Self.failed)
            kind = kindNamed(value)
        } else if let flags = openFlags(), flags & 0x643 != 0 {
            // O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND of x86 and arm64.
            value.append(contentsOf: Self.writing)
            kind = kindNamed(value)
        }
        value.removeLast(value.count - length)
        if kind == FieldKinds.plain { kind = kindNamed(value) }
        if kind != FieldKinds.plain { facts.kind = kind }
    }

    private static let failed = Array("#failed".utf8)
    private static let writing = Array("#write".utf8)
    private static let open = Array("open".utf8)
    private static let openat = Array("openat".utf8)

    private func openFlags() -> Int? {
        if value == Self.open { return facts.secondArgument }
        return value == Self.openat ? facts.thirdArgument : nil
    }

    /// The command line: EXECVE's arguments with spaces between, else the process title.
    private mutating func addCommandLine(
        _ offset: Int64, into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        guard !facts.arguments.isEmpty else {
            guard let title = facts.proctitle else { return }
            let node = node(names.commandLine, &vocabulary)
            writer.add(
                node, offset: Int(title.offset), length: Int(title.length), inArena: title.inArena, into: &batch)
            return
        }
        value.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        for slot in facts.arguments {
            if !starts.isEmpty { value.append(0x20) }
            starts.append(value.count)
            batch.withBytes(of: slot) { value.append($0) }
        }
        addText(names.commandLine, value, into: &batch, &vocabulary)
        if let container = ShimArguments.containerID(in: value, starts: starts) {
            addText(names.containerID, value[container], into: &batch, &vocabulary)
        }
        if let count = facts.argumentCount, count > facts.arguments.count {
            batch.defects.append(
                Defect(
                    code: "auditd-arguments-missing", offset: offset,
                    detail: "\(facts.arguments.count) of \(count) arguments are there"))
        }
    }

    /// Who acts: the name that auditd added, else `root` for 0, else the number.
    private mutating func addUser(into batch: inout EventBatch, _ vocabulary: inout Vocabulary) {
        guard let slot = facts.userName ?? facts.userID else { return }
        let isRoot = batch.withBytes(of: slot) { $0.byteCount == 1 && $0.uint8(at: 0) == UInt8(ascii: "0") }
        if isRoot {
            addText(names.user, Self.root, into: &batch, &vocabulary)
        } else {
            let node = node(names.user, &vocabulary)
            writer.add(
                node, offset: Int(slot.offset), length: Int(slot.length), inArena: slot.inArena, into: &batch)
        }
    }

    private static let root = Array("root".utf8)

    /// Names of PATH in full, without the directories they lie in.
    private mutating func addPaths(into batch: inout EventBatch, _ vocabulary: inout Vocabulary) {
        for path in facts.paths where !path.isParent && path.name.length > 0 {
            let first = batch.withBytes(of: path.name) { $0.uint8(at: 0) }
            if first == UInt8(ascii: "(") { continue }
            if first == UInt8(ascii: "/") || facts.workingDirectory == nil {
                let node = node(names.fullPath, &vocabulary)
                writer.add(
                    node, offset: Int(path.name.offset), length: Int(path.name.length), inArena: path.name.inArena,
                    into: &batch)
                continue
            }
            value.removeAll(keepingCapacity: true)
            if let directory = facts.workingDirectory { batch.withBytes(of: directory) { value.append($0) } }
            if value.last != UInt8(ascii: "/") { value.append(UInt8(ascii: "/")) }
            batch.withBytes(of: path.name) { value.append($0) }
            addText(names.fullPath, value, into: &batch, &vocabulary)
        }
    }
}
