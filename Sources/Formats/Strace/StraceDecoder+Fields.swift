import Bytes
import Events

/// Where the text that is read lies in the batch: slots are at its positions plus `delta`.
struct StracePlace {
    var delta: Int
    var inArena: Bool
}

/// The fields of an event.
extension StraceDecoder {
    /// Begins the event of a line.
    mutating func begin(
        _ bytes: RawSpan, _ record: StraceRecord, _ batch: borrowing EventBatch, _ vocabulary: inout Vocabulary
    ) {
        writer.begin(batch)
        kind = FieldKinds.plain
    }

    /// The head of a line's event.
    func recordOf(_ record: StraceRecord) -> FieldWriter.Record {
        FieldWriter.Record(
            offset: record.line.offset, length: record.behind - record.line.start, record: record.line.ordinal,
            time: record.time, isTimeless: record.time == .unknown)
    }

    /// Ends an event.
    mutating func endEvent(
        _ record: FieldWriter.Record, into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        var record = record
        record.kind = kind
        writer.end(record, into: &batch, vocabulary: &vocabulary)
    }

    /// A value that is a part of the text.
    @inline(__always)
    mutating func add(
        _ name: [UInt8], _ range: Range<Int>, at place: StracePlace, into batch: inout EventBatch,
        _ vocabulary: inout Vocabulary
    ) {
        let node = writer.name(name.span.bytes, vocabulary: &vocabulary)
        writer.add(
            node, offset: range.lowerBound &+ place.delta, length: range.count, inArena: place.inArena, into: &batch)
    }

    /// A value that is made.
    mutating func add(
        _ name: [UInt8], text: some Sequence<UInt8>, into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        let node = writer.name(name.span.bytes, vocabulary: &vocabulary)
        writer.add(node, text: text, into: &batch)
    }

    /// What the prefix says of the process.
    @inline(__always)
    mutating func addProcess(
        _ prefix: StracePrefix, into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        let base = StracePlace(delta: 0, inArena: false)
        if !prefix.pid.isEmpty {
            add(names.processID, prefix.pid, at: base, into: &batch, &vocabulary)
        } else if !fileProcess.isEmpty {
            add(names.processID, text: fileProcess, into: &batch, &vocabulary)
        }
        if !prefix.name.isEmpty { add(names.processName, prefix.name, at: base, into: &batch, &vocabulary) }
    }

    /// The call that ``text`` holds.
    mutating func addCall(
        _ bytes: RawSpan, at place: StracePlace, into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        let call = text
        add(names.syscall, call.name, at: place, into: &batch, &vocabulary)
        add(names.arguments, call.inside, at: place, into: &batch, &vocabulary)
        for index in call.arguments.parts.indices {
            add(names.argument[index], call.arguments.parts[index], at: place, into: &batch, &vocabulary)
        }
        if !call.result.isEmpty { add(names.result, call.result, at: place, into: &batch, &vocabulary) }
        if !call.errno.isEmpty { add(names.errno, call.errno, at: place, into: &batch, &vocabulary) }
        if !call.resultPath.isEmpty {
            add(names.resultPath, call.resultPath, at: place, into: &batch, &vocabulary)
        }
        if !call.duration.isEmpty { add(names.duration, call.duration, at: place, into: &batch, &vocabulary) }
        if call.isUnfinished {
            add(names.unfinished, text: Self.yes, into: &batch, &vocabulary)
        }
        addMeaning(call, bytes, at: place, into: &batch, &vocabulary)
    }

    private static let yes = Array("true".utf8)

    private mutating func addMeaning(
        _ call: StraceCallText, _ bytes: RawSpan, at place: StracePlace, into batch: inout EventBatch,
        _ vocabulary: inout Vocabulary
    ) {
        let entry = calls.entry(bytes.extracting(call.name), &writer)
        let shape = entry.shape
        addDescriptor(call, shape, bytes, at: place, into: &batch, &vocabulary)
        if shape.path >= 0 {
            addPath(names.path, shape.path, call, shape, bytes, at: place, into: &batch, &vocabulary)
        }
        if shape.secondPath >= 0 {
            addPath(names.secondPath, shape.secondPath, call, shape, bytes, at: place, into: &batch, &vocabulary)
        }
        if shape.program >= 0 { addProgram(call, shape, bytes, into: &batch, &vocabulary) }
        if shape.address >= 0, shape.address < call.arguments.parts.count {
            addAddress(call.arguments.parts[shape.address], bytes, at: place, into: &batch, &vocabulary)
        }
        let isFailed = !call.errno.isEmpty && bytes.uint8(at: call.result.lowerBound) == UInt8(ascii: "-")
        if isFailed {
            kind = entry.failedKind
        } else if shape.openFlags >= 0, shape.openFlags < call.arguments.parts.count,
            Self.writes(bytes, call.arguments.parts[shape.openFlags])
        {
            kind = entry.writingKind
        } else {
            kind = entry.kind
        }
    }

    /// Whether the flags of an open say more than reading.
    private static func writes(_ bytes: RawSpan, _ flags: Range<Int>) -> Bool {
        StraceWords.writing.contains { TraceText.find($0, in: bytes, flags) != nil }
    }

    /// What `-y` shows of the first descriptor among the arguments (`3</etc/passwd>`).
    private mutating func addDescriptor(
        _ call: StraceCallText, _ shape: StraceCallShape, _ bytes: RawSpan, at place: StracePlace,
        into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        guard let first = call.arguments.parts.first, let annotation = Self.annotation(bytes, first),
            bytes.uint8(at: first.lowerBound).map(TraceText.isDigit) == true
        else { return }
        add(names.descriptorPath, annotation, at: place, into: &batch, &vocabulary)
    }

    /// The inside of `3<…>`, or nil.
    static func annotation(_ bytes: RawSpan, _ argument: Range<Int>) -> Range<Int>? {
        guard argument.count > 2, bytes.uint8(at: argument.upperBound &- 1) == UInt8(ascii: ">") else { return nil }
        var position = argument.lowerBound
        if TraceText.stands(StraceWords.currentDirectory, in: bytes, at: position, before: argument.upperBound) {
            position &+= StraceWords.currentDirectory.count
        } else {
            position = TraceText.skipDigits(bytes, position, argument.upperBound)
        }
        guard position > argument.lowerBound, bytes.uint8(at: position) == UInt8(ascii: "<") else { return nil }
        return (position &+ 1)..<(argument.upperBound &- 1)
    }

    /// A path: decoded, and where it is relative to a directory that `-y` shows, also in full.
    private mutating func addPath(
        _ name: [UInt8], _ index: Int, _ call: StraceCallText, _ shape: StraceCallShape, _ bytes: RawSpan,
        at place: StracePlace, into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        guard index < call.arguments.parts.count, call.arguments.quotes[index] >= 0 else { return }
        let argument = call.arguments.parts[index]
        let quote = call.arguments.quotes[index]
        guard quote == argument.lowerBound else { return }
        let close = CallArguments.endOfString(bytes, quote, argument.upperBound)
        guard close &- 1 > quote else { return }
        let inside = (quote &+ 1)..<(close &- 1)
        let escape = bytes.firstOffset(of: UInt8(ascii: "\\"), from: inside.lowerBound) ?? inside.upperBound
        if escape >= inside.upperBound {
            add(name, inside, at: place, into: &batch, &vocabulary)
        } else {
            value.removeAll(keepingCapacity: true)
            TraceEscapes.append(bytes, inside, to: &value)
            add(name, text: value, into: &batch, &vocabulary)
        }
        guard shape.isRelative, index > 0, bytes.uint8(at: inside.lowerBound) != UInt8(ascii: "/"),
            let directory = Self.annotation(bytes, call.arguments.parts[index - 1])
        else { return }
        value.removeAll(keepingCapacity: true)
        TraceEscapes.append(bytes, directory, to: &value)
        if !inside.isEmpty, value.last != UInt8(ascii: "/") { value.append(UInt8(ascii: "/")) }
        TraceEscapes.append(bytes, inside, to: &value)
        add(names.fullPath, text: value, into: &batch, &vocabulary)
    }

    /// The command line of `execve("/bin/sh", ["sh", "-c", "id"], …)`: the arguments, decoded, with spaces between.
    private mutating func addProgram(
        _ call: StraceCallText, _ shape: StraceCallShape, _ bytes: RawSpan, into batch: inout EventBatch,
        _ vocabulary: inout Vocabulary
    ) {
        guard shape.program < call.arguments.parts.count else { return }
        let range = call.arguments.parts[shape.program]
        guard bytes.uint8(at: range.lowerBound) == UInt8(ascii: "[") else { return }
        value.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        var position = range.lowerBound &+ 1
        while let quote = bytes.firstOffset(of: UInt8(ascii: "\""), from: position), quote < range.upperBound {
            let close = CallArguments.endOfString(bytes, quote, range.upperBound)
            if !starts.isEmpty { value.append(0x20) }
            starts.append(value.count)
            TraceEscapes.append(bytes, (quote &+ 1)..<max(quote &+ 1, close &- 1), to: &value)
            position = close
        }
        guard !starts.isEmpty else { return }
        add(names.commandLine, text: value, into: &batch, &vocabulary)
        if let container = ShimArguments.containerID(in: value, starts: starts) {
            add(names.containerID, text: value[container], into: &batch, &vocabulary)
        }
    }
}
