import Bytes
import Events

/// Events that are no calls, and socket addresses.
extension StraceDecoder {
    private static let attached = StracePlace(delta: 0, inArena: false)

    /// `strace: Process 12 attached` and the like.
    mutating func emitMessage(
        _ bytes: RawSpan, _ range: Range<Int>, _ record: StraceRecord, into batch: inout EventBatch,
        _ vocabulary: inout Vocabulary
    ) {
        begin(bytes, record, batch, &vocabulary)
        if record.prefix.pid.isEmpty,
            TraceText.stands(
                StraceWords.process, in: bytes, at: range.lowerBound, before: range.upperBound)
        {
            let start = range.lowerBound + StraceWords.process.count
            let end = TraceText.skipDigits(bytes, start, range.upperBound)
            if end > start { add(names.processID, start..<end, at: Self.attached, into: &batch, &vocabulary) }
        } else {
            addProcess(record.prefix, into: &batch, &vocabulary)
        }
        add(names.message, range, at: Self.attached, into: &batch, &vocabulary)
        endEvent(recordOf(record), into: &batch, &vocabulary)
    }

    /// `SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=839, …}` or `stopped by SIGSTOP`.
    mutating func emitSignal(
        _ bytes: RawSpan, _ range: Range<Int>, _ record: StraceRecord, into batch: inout EventBatch,
        _ vocabulary: inout Vocabulary
    ) {
        begin(bytes, record, batch, &vocabulary)
        addProcess(record.prefix, into: &batch, &vocabulary)
        let brace =
            TraceText.first(UInt8(ascii: "{"), in: bytes, range.lowerBound, range.upperBound) ?? range.upperBound
        var signal = range.lowerBound..<min(brace, range.upperBound)
        while !signal.isEmpty, bytes.uint8(at: signal.upperBound - 1) == 0x20 {
            signal = signal.lowerBound..<(signal.upperBound - 1)
        }
        add(names.signal, signal, at: Self.attached, into: &batch, &vocabulary)
        if brace < range.upperBound, bytes.uint8(at: range.upperBound - 1) == UInt8(ascii: "}") {
            text.arguments.scan(bytes, brace + 1, range.upperBound - 1, annotated: false)
            for part in text.arguments.parts {
                guard let equals = TraceText.first(UInt8(ascii: "="), in: bytes, part.lowerBound, part.upperBound),
                    equals > part.lowerBound
                else { continue }
                let name = writer.name(bytes.extracting(part.lowerBound..<equals), vocabulary: &vocabulary)
                writer.add(name, offset: equals + 1, length: part.upperBound - equals - 1, into: &batch)
            }
        }
        kind = kindNamed(names.signal)
        endEvent(recordOf(record), into: &batch, &vocabulary)
    }

    private mutating func kindNamed(_ name: [UInt8]) -> Int { writer.kind(named: name.span.bytes) }

    /// `exited with 0`, `killed by SIGKILL (core dumped)`, `superseded by execve in pid 4`.
    mutating func emitExit(
        _ bytes: RawSpan, _ range: Range<Int>, _ record: StraceRecord, into batch: inout EventBatch,
        _ vocabulary: inout Vocabulary
    ) {
        begin(bytes, record, batch, &vocabulary)
        addProcess(record.prefix, into: &batch, &vocabulary)
        add(names.message, range, at: Self.attached, into: &batch, &vocabulary)
        let isExit = TraceText.stands(StraceWords.exited, in: bytes, at: range.lowerBound, before: range.upperBound)
        let isKilled = TraceText.stands(StraceWords.killed, in: bytes, at: range.lowerBound, before: range.upperBound)
        if isExit {
            let start = range.lowerBound + StraceWords.exited.count
            add(names.exitCode, start..<range.upperBound, at: Self.attached, into: &batch, &vocabulary)
        } else if isKilled {
            let start = range.lowerBound + StraceWords.killed.count
            let space = TraceText.first(0x20, in: bytes, start, range.upperBound) ?? range.upperBound
            add(names.signal, start..<min(space, range.upperBound), at: Self.attached, into: &batch, &vocabulary)
        }
        if isExit || isKilled { kind = kindNamed(names.exitCode) }
        endEvent(recordOf(record), into: &batch, &vocabulary)
    }

    /// `{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("10.0.0.1")}` and its relatives. Which of the members
    /// count is told by the family, since a socket's path can hold the text of all others.
    mutating func addAddress(
        _ range: Range<Int>, _ bytes: RawSpan, at place: StracePlace, into batch: inout EventBatch,
        _ vocabulary: inout Vocabulary
    ) {
        guard let mark = TraceText.find(StraceWords.family, in: bytes, range) else { return }
        let start = mark + StraceWords.family.count
        var end = start
        while end < range.upperBound, let byte = bytes.uint8(at: end), byte != UInt8(ascii: ","),
            byte != UInt8(ascii: "}")
        {
            end &+= 1
        }
        add(names.family, start..<end, at: place, into: &batch, &vocabulary)
        let rest = end..<range.upperBound
        switch (bytes.uint8(at: start &+ 3), end - start) {
        case (UInt8(ascii: "I"), 7):
            addNumberAndText(StraceWords.ipv4, rest, bytes, at: place, into: &batch, &vocabulary)
        case (UInt8(ascii: "I"), 8):
            addNumberAndText(StraceWords.ipv6, rest, bytes, at: place, into: &batch, &vocabulary)
        case (UInt8(ascii: "U"), 7), (UInt8(ascii: "L"), 8):
            addSocketPath(rest, bytes, into: &batch, &vocabulary)
        default: break
        }
    }

    private mutating func addNumberAndText(
        _ word: [UInt8], _ range: Range<Int>, _ bytes: RawSpan, at place: StracePlace, into batch: inout EventBatch,
        _ vocabulary: inout Vocabulary
    ) {
        if let mark = TraceText.find(word, in: bytes, range) {
            let start = mark + word.count
            let quote = TraceText.first(UInt8(ascii: "\""), in: bytes, start, range.upperBound) ?? range.upperBound
            if quote < range.upperBound {
                add(names.address, start..<quote, at: place, into: &batch, &vocabulary)
            }
        }
        if let mark = TraceText.find(StraceWords.port, in: bytes, range) {
            let start = mark + StraceWords.port.count
            let end = TraceText.skipDigits(bytes, start, range.upperBound)
            if end > start { add(names.port, start..<end, at: place, into: &batch, &vocabulary) }
        }
    }

    /// `sun_path="/run/docker.sock"`, `sun_path=@"abstract"`: the latter keeps its `@`.
    private mutating func addSocketPath(
        _ range: Range<Int>, _ bytes: RawSpan, into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        guard let mark = TraceText.find(StraceWords.socketPath, in: bytes, range) else { return }
        value.removeAll(keepingCapacity: true)
        var start = mark + StraceWords.socketPath.count
        if bytes.uint8(at: start) == UInt8(ascii: "@") {
            value.append(UInt8(ascii: "@"))
            start += 1
        }
        guard start < range.upperBound, bytes.uint8(at: start) == UInt8(ascii: "\"") else { return }
        let close = CallArguments.endOfString(bytes, start, range.upperBound)
        TraceEscapes.append(bytes, (start + 1)..<max(start + 1, close - 1), to: &value)
        add(names.socketPath, text: value, into: &batch, &vocabulary)
    }
}
