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
            offset: record.line.offset, length: record.end - record.line.start, record: record.line.ordinal,
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
        add(names.syscall, text.name, at: place, into: &batch, &vocabulary)
        add(names.argumentText, text.inside, at: place, into: &batch, &vocabulary)
        let argumentNames = names.arguments
        for index in text.arguments.parts.indices {
            let part = text.arguments.parts[index]
            let node = writer.name(
                argumentNames.span.bytes.extracting(StraceNames.argument(index)), vocabulary: &vocabulary)
            writer.add(
                node, offset: part.lowerBound &+ place.delta, length: part.count, inArena: place.inArena, into: &batch)
        }
        if !text.result.isEmpty { add(names.result, text.result, at: place, into: &batch, &vocabulary) }
        if !text.errno.isEmpty { add(names.errno, text.errno, at: place, into: &batch, &vocabulary) }
        if !text.resultPath.isEmpty {
            add(names.resultPath, text.resultPath, at: place, into: &batch, &vocabulary)
        }
        if !text.duration.isEmpty { add(names.duration, text.duration, at: place, into: &batch, &vocabulary) }
        if text.isUnfinished {
            add(names.unfinished, text: Self.yes, into: &batch, &vocabulary)
        }
        addMeaning(bytes, at: place, into: &batch, &vocabulary)
    }

    private static let yes = Array("true".utf8)

    private mutating func addMeaning(
        _ bytes: RawSpan, at place: StracePlace, into batch: inout EventBatch,
        _ vocabulary: inout Vocabulary
    ) {
        let entry = calls.entry(bytes.extracting(text.name), &writer)
        let shape = entry.shape
        addDescriptor(shape, bytes, at: place, into: &batch, &vocabulary)
        if shape.path >= 0 {
            addPath(names.path, shape.path, shape, bytes, at: place, into: &batch, &vocabulary)
        }
        if shape.secondPath >= 0 {
            addPath(names.secondPath, shape.secondPath, shape, bytes, at: place, into: &batch, &vocabulary)
        }
        if shape.program >= 0 { addProgram(shape, bytes, into: &batch, &vocabulary) }
        if shape.address >= 0, shape.address < text.arguments.parts.count {
            addAddress(text.arguments.parts[shape.address], bytes, at: place, into: &batch, &vocabulary)
        }
        let isFailed = !text.errno.isEmpty && bytes.uint8(at: text.result.lowerBound) == UInt8(ascii: "-")
        if isFailed {
            kind = entry.failedKind
        } else if shape.openFlags >= 0, shape.openFlags < text.arguments.parts.count,
            Self.writes(bytes, text.arguments.parts[shape.openFlags])
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
        _ shape: StraceCallShape, _ bytes: RawSpan, at place: StracePlace,
        into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        guard let first = text.arguments.parts.first, let annotation = Self.annotation(bytes, first),
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
        _ name: [UInt8], _ index: Int, _ shape: StraceCallShape, _ bytes: RawSpan,
        at place: StracePlace, into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        guard index < text.arguments.parts.count, text.arguments.quotes[index] >= 0 else { return }
        let argument = text.arguments.parts[index]
        let quote = text.arguments.quotes[index]
        guard quote == argument.lowerBound else { return }
        let close = CallArguments.endOfString(bytes, quote, argument.upperBound)
        guard close &- 1 > quote else { return }
        let inside = (quote &+ 1)..<(close &- 1)
        var escape = inside.lowerBound
        while escape < inside.upperBound, bytes.uint8(at: escape) != UInt8(ascii: "\\") { escape &+= 1 }
        if inside.isEmpty {
            // The descriptor itself (`AT_EMPTY_PATH`): its path is given in full below.
        } else if escape >= inside.upperBound {
            add(name, inside, at: place, into: &batch, &vocabulary)
        } else {
            value.removeAll(keepingCapacity: true)
            TraceEscapes.append(bytes, inside, to: &value)
            add(name, text: value, into: &batch, &vocabulary)
        }
        guard shape.isRelative, index > 0, bytes.uint8(at: inside.lowerBound) != UInt8(ascii: "/"),
            let directory = Self.annotation(bytes, text.arguments.parts[index - 1])
        else { return }
        value.removeAll(keepingCapacity: true)
        TraceEscapes.append(bytes, directory, to: &value)
        if !inside.isEmpty, value.last != UInt8(ascii: "/") { value.append(UInt8(ascii: "/")) }
        TraceEscapes.append(bytes, inside, to: &value)
        add(names.fullPath, text: value, into: &batch, &vocabulary)
    }

    /// The command line of `execve("/bin/sh", ["sh", "-c", "id"], …)`: the arguments, decoded, with spaces between.
    private mutating func addProgram(
        _ shape: StraceCallShape, _ bytes: RawSpan, into batch: inout EventBatch,
        _ vocabulary: inout Vocabulary
    ) {
        guard shape.program < text.arguments.parts.count else { return }
        let range = text.arguments.parts[shape.program]
        guard bytes.uint8(at: range.lowerBound) == UInt8(ascii: "[") else { return }
        value.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        var position = range.lowerBound &+ 1
        while let quote = TraceText.first(UInt8(ascii: "\""), in: bytes, position, range.upperBound) {
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
