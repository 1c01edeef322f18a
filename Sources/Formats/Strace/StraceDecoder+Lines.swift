import Bytes
import Events

/// The kinds of line.
extension StraceDecoder {
    /// `name(arguments) = result`, or its first half.
    mutating func decodeCall(
        _ bytes: RawSpan, _ record: StraceRecord, into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) -> Bool {
        let start = record.prefix.end
        let end = record.line.end
        if TraceText.stands(StraceWords.message, in: bytes, at: start, before: end) {
            emitMessage(bytes, (start + StraceWords.message.count)..<end, record, into: &batch, &vocabulary)
            return true
        }
        guard text.read(bytes, start, end) else { return false }
        closePending(of: record.prefix.pidValue, into: &batch, &vocabulary)
        if text.isUnfinished, text.result.isEmpty {
            keep(bytes, record, into: &batch, &vocabulary)
            return true
        }
        begin(bytes, record, batch, &vocabulary)
        addProcess(record.prefix, into: &batch, &vocabulary)
        addCall(bytes, at: StracePlace(delta: 0, inArena: false), into: &batch, &vocabulary)
        endEvent(recordOf(record), into: &batch, &vocabulary)
        return true
    }

    /// `<... name resumed>rest`: joined with the first half of the same process.
    mutating func decodeResumed(
        _ bytes: RawSpan, _ record: StraceRecord, into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) -> Bool {
        let start = record.prefix.end
        let end = record.line.end
        guard TraceText.stands(StraceWords.resumed, in: bytes, at: start, before: end) else { return false }
        let nameStart = start + StraceWords.resumed.count
        guard let nameEnd = TraceText.find(StraceWords.resumedEnd, in: bytes, nameStart..<end) else { return false }
        let rest = (nameEnd + StraceWords.resumedEnd.count)..<end
        let call = pending.take(record.prefix.pidValue)
        var text = joined
        joined = []
        defer { joined = text }
        text.removeAll(keepingCapacity: true)
        let isSame = call.map { $0.text.starts(with: Self.callName(bytes, nameStart..<nameEnd)) } ?? false
        if let call, isSame {
            text.append(contentsOf: call.text)
        } else {
            if let call { emitUnfinished(call, into: &batch, &vocabulary) }
            text.append(contentsOf: Self.callName(bytes, nameStart..<nameEnd))
            batch.defects.append(
                Defect(code: "strace-start-missing", offset: record.line.offset, detail: "only the call's end is there")
            )
        }
        if let rest = bytes.slice(at: rest.lowerBound, length: rest.count) { text.append(rest) }
        guard self.text.read(text.span.bytes, 0, text.count) else { return isSame || !record.line.isCut }
        emitJoined(text, isSame ? call : nil, bytes, record, into: &batch, &vocabulary)
        return true
    }

    private mutating func emitJoined(
        _ text: [UInt8], _ call: StracePendingCall?, _ bytes: RawSpan, _ record: StraceRecord,
        into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        begin(bytes, record, batch, &vocabulary)
        addProcess(record.prefix, into: &batch, &vocabulary)
        let place = StracePlace(delta: batch.arena.count, inArena: true)
        batch.arena.append(contentsOf: text)
        addCall(text.span.bytes, at: place, into: &batch, &vocabulary)
        var head = recordOf(record)
        if let call {
            (head.offset, head.length, head.record, head.time) = (call.offset, call.length, call.ordinal, call.time)
        }
        endEvent(head, into: &batch, &vocabulary)
    }

    private static func callName(_ bytes: RawSpan, _ range: Range<Int>) -> [UInt8] {
        var name: [UInt8] = []
        if let slice = bytes.slice(at: range.lowerBound, length: range.count) { name.append(slice) }
        name.append(UInt8(ascii: "("))
        return name
    }

    /// Keeps the first half of a call.
    private mutating func keep(
        _ bytes: RawSpan, _ record: StraceRecord, into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        // As written, comma and space before the mark included: the other half goes on behind them.
        let mark = StraceWords.unfinished.count + 1
        var last = max(text.inside.upperBound, record.line.end - mark)
        if bytes.uint8(at: record.line.end - mark) != 0x20 { last += 1 }
        let half = bytes.slice(at: text.name.lowerBound, length: last - text.name.lowerBound)
        var copy: [UInt8] = []
        if let half { copy.append(half) }
        while pending.needsRoom(for: copy.count), let oldest = pending.takeOldest() {
            emitUnfinished(oldest, into: &batch, &vocabulary)
        }
        pending.keep(
            StracePendingCall(
                text: copy, time: record.time, process: record.prefix.pidValue,
                processText: copied(bytes, record.prefix.pid), processName: copied(bytes, record.prefix.name),
                offset: record.line.offset, length: record.line.end - record.line.start,
                ordinal: record.line.ordinal))
    }

    private func copied(_ bytes: RawSpan, _ range: Range<Int>) -> [UInt8] {
        var copy: [UInt8] = []
        if !range.isEmpty, let slice = bytes.slice(at: range.lowerBound, length: range.count) { copy.append(slice) }
        return copy
    }

    /// A process that begins another call has not finished the one before: its end is not in the trace.
    mutating func closePending(
        of process: Int, into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        guard let call = pending.take(process) else { return }
        // `text` holds the new call; it is read again by nobody else.
        let current = text
        emitUnfinished(call, into: &batch, &vocabulary)
        text = current
    }

    /// The event of a call that did not return.
    mutating func emitUnfinished(
        _ call: StracePendingCall, into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        writer.begin(batch)
        if !call.processText.isEmpty || !fileProcess.isEmpty {
            let process = call.processText.isEmpty ? fileProcess : call.processText
            add(names.processID, text: process, into: &batch, &vocabulary)
        }
        if !call.processName.isEmpty { add(names.processName, text: call.processName, into: &batch, &vocabulary) }
        let whole = call.text + StraceWords.unfinished
        kind = FieldKinds.plain
        if text.read(whole.span.bytes, 0, whole.count) {
            let place = StracePlace(delta: batch.arena.count, inArena: true)
            batch.arena.append(contentsOf: whole)
            addCall(whole.span.bytes, at: place, into: &batch, &vocabulary)
        }
        endEvent(
            FieldWriter.Record(
                offset: call.offset, length: call.length, record: call.ordinal, time: call.time,
                isTimeless: call.time == .unknown), into: &batch, &vocabulary)
    }

    /// `--- SIGCHLD {…} ---`, `+++ exited with 0 +++`, `[ Process PID=1 runs in 32 bit mode. ]`, `Process 12 attached`.
    mutating func decodeNotice(
        _ bytes: RawSpan, _ record: StraceRecord, into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) -> Bool {
        let start = record.prefix.end
        let end = record.line.end
        if TraceText.stands(StraceWords.personality, in: bytes, at: start, before: end)
            || TraceText.stands(StraceWords.process, in: bytes, at: start, before: end)
        {
            emitMessage(bytes, start..<end, record, into: &batch, &vocabulary)
            return true
        }
        guard end - start >= 9, let mark = bytes.uint32(at: start), let tail = bytes.uint32(at: end - 4) else {
            return false
        }
        if mark == 0x202D_2D2D, tail == 0x2D2D_2D20 {
            emitSignal(bytes, (start + 4)..<(end - 4), record, into: &batch, &vocabulary)
            return true
        }
        guard mark == 0x202B_2B2B, tail == 0x2B2B_2B20 else { return false }
        let inside = (start + 4)..<(end - 4)
        if TraceText.stands(StraceWords.superseded, in: bytes, at: inside.lowerBound, before: inside.upperBound) {
            supersede(bytes, (inside.lowerBound + StraceWords.superseded.count)..<inside.upperBound, record)
        } else {
            closePending(of: record.prefix.pidValue, into: &batch, &vocabulary)
        }
        emitExit(bytes, inside, record, into: &batch, &vocabulary)
        return true
    }

    /// A thread's execve goes on under the id of the process.
    private mutating func supersede(_ bytes: RawSpan, _ range: Range<Int>, _ record: StraceRecord) {
        guard let other = TraceText.number(bytes, range), var call = pending.take(other) else { return }
        _ = pending.take(record.prefix.pidValue)
        call.process = record.prefix.pidValue
        call.processText = copied(bytes, record.prefix.pid)
        pending.keep(call)
    }
}
