import Bytes
import Events

/// Reads a relay trace; see ``WineRelayFormat``.
struct WineRelayDecoder: Sendable {
    /// Longest line in bytes; longer ones are a defect.
    private static let lineLimit = 1 << 16
    /// Calls of one thread that wait for their end; the outermost is told without its end when there are more.
    private static let depthLimit = 64
    /// Bytes of all calls that wait; past them a call is told without its end.
    private static let pendingLimit = 8 << 20
    /// Arguments of one call.
    private static let argumentLimit = 32

    /// A call that has not come back.
    private struct Call: Sendable {
        var offset: Int64
        var length: Int
        var ordinal: UInt64
        var process: [UInt8]
        var thread: [UInt8]
        var name: [UInt8]
        /// What stands between the parentheses.
        var arguments: [UInt8]

        /// About what it takes in memory.
        var cost: Int { 256 + name.count + arguments.count }
    }

    private var events = TraceEvents(map: "wine-relay")
    private var lines = LineSequence()
    /// By process and thread, the outermost first.
    private var pending: [[UInt8]: [Call]] = [:]
    private var pendingBytes = 0
    private let argumentNames = (0..<argumentLimit).map { Array("a\($0)".utf8) }
    private static let module = Array("Module".utf8)
    private static let imageBase = Array("ImageBase".utf8)
    private static let imageLoaded = Array("ImageLoaded".utf8)
    private static let callback = Array("Callback".utf8)
    private static let reason = Array("Reason".utf8)

    mutating func begin(_ source: SourceFacts) {
        events.writer.begin(source)
        (lines, pending, pendingBytes) = (LineSequence(), [:], 0)
    }

    mutating func decode(
        _ range: Range<Int>, _ fileOffset: Int64, into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        let storage = batch.base
        let bytes = storage.bytes
        lines.begin(range, fileOffset: fileOffset, bytes)
        while let line = lines.nextLine(bytes, &batch) {
            if !line.isEmpty { read(bytes, line, fileOffset, into: &batch, &vocabulary) }
        }
    }

    mutating func finish(into batch: inout EventBatch, _ vocabulary: inout Vocabulary) {
        let left = pending.values.joined().sorted { $0.offset < $1.offset }
        (pending, pendingBytes) = ([:], 0)
        for call in left { write(call, result: [], into: &batch, &vocabulary) }
    }

    private mutating func read(
        _ bytes: RawSpan, _ range: Range<Int>, _ fileOffset: Int64, into batch: inout EventBatch,
        _ vocabulary: inout Vocabulary
    ) {
        let offset = fileOffset + Int64(range.lowerBound)
        guard range.count <= Self.lineLimit, let line = WineRelayLine(bytes, range.lowerBound, range.upperBound) else {
            return batch.defects.append(
                Defect(code: "wine-relay-line", offset: offset, detail: "not a line of a relay trace"))
        }
        // Other channels write into the same file: no calls, and nothing that is lost.
        guard line.isCall || line.isReturn else { return }
        let name = Self.copy(bytes, line.name)
        let thread = Self.copy(bytes, line.process) + [0x3A] + Self.copy(bytes, line.thread)
        if line.isReturn {
            guard let call = takePending(name, of: thread) else { return }
            return write(call, result: Self.copy(bytes, line.result), into: &batch, &vocabulary)
        }
        let call = Call(
            offset: offset, length: range.count, ordinal: lines.count, process: Self.decimal(bytes, line.process),
            thread: Self.decimal(bytes, line.thread), name: name, arguments: Self.copy(bytes, line.arguments))
        guard pendingBytes + call.cost <= Self.pendingLimit else {
            return write(call, result: [], into: &batch, &vocabulary)
        }
        if pending[thread]?.count ?? 0 >= Self.depthLimit, let first = pending[thread]?.removeFirst() {
            pendingBytes -= first.cost
            write(first, result: [], into: &batch, &vocabulary)
        }
        pendingBytes += call.cost
        pending[thread, default: []].append(call)
    }

    /// The innermost call of that name; those within it never came back: an exception went past them.
    private mutating func takePending(_ name: [UInt8], of thread: [UInt8]) -> Call? {
        guard let calls = pending[thread], let index = calls.lastIndex(where: { $0.name == name }) else { return nil }
        pendingBytes -= calls[index...].reduce(0) { $0 + $1.cost }
        pending[thread] = index > 0 ? Array(calls[..<index]) : nil
        return calls[index]
    }

    private mutating func write(
        _ call: Call, result: [UInt8], into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        events.writer.begin(batch)
        if !call.process.isEmpty { events.add(TraceEvents.processID, text: call.process, into: &batch, &vocabulary) }
        events.add(TraceEvents.threadID, text: call.thread, into: &batch, &vocabulary)
        // `library.function`; what runs by itself has a name of two words.
        if let dot = call.name.lastIndex(of: UInt8(ascii: ".")) {
            events.add(Self.module, text: call.name[..<dot], into: &batch, &vocabulary)
            events.add(TraceEvents.function, text: call.name[(dot + 1)...], into: &batch, &vocabulary)
        } else {
            events.add(TraceEvents.function, text: call.name, into: &batch, &vocabulary)
        }
        events.add(TraceEvents.argumentText, text: call.arguments, into: &batch, &vocabulary)
        for (index, argument) in Self.arguments(call.arguments.span.bytes).enumerated() where !argument.isEmpty {
            if !addNamed(argument, into: &batch, &vocabulary) {
                events.add(argumentNames[index], text: argument, into: &batch, &vocabulary)
            }
        }
        if !result.isEmpty {
            events.add(TraceEvents.result, text: Self.number(result), into: &batch, &vocabulary)
        }
        events.writer.end(
            FieldWriter.Record(offset: call.offset, length: call.length, record: call.ordinal),
            into: &batch, vocabulary: &vocabulary)
    }

    /// `module=000000007B600000 L"kernel32.dll"` and the like, of what Wine runs by itself.
    private mutating func addNamed(
        _ argument: [UInt8], into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) -> Bool {
        guard let equals = argument.firstIndex(of: UInt8(ascii: "=")),
            argument[..<equals].allSatisfy({ $0 &- 0x61 < 26 }), equals > 0
        else { return false }
        let value = argument[(equals + 1)...]
        let digits = value.prefix { WineRelayLine.isHex($0) }
        switch argument[..<equals] {
        case "proc": events.add(Self.callback, text: Self.number(Array(digits)), into: &batch, &vocabulary)
        case "module":
            events.add(Self.imageBase, text: Self.number(Array(digits)), into: &batch, &vocabulary)
            let quoted = value.drop { $0 != 0x22 }.dropFirst().prefix { $0 != 0x22 }
            if !quoted.isEmpty { events.add(Self.imageLoaded, text: quoted, into: &batch, &vocabulary) }
        case "reason": events.add(Self.reason, text: value, into: &batch, &vocabulary)
        default: return false
        }
        return true
    }
}

// MARK: - Words

extension WineRelayDecoder {
    private static func copy(_ bytes: RawSpan, _ range: Range<Int>) -> [UInt8] {
        var copy: [UInt8] = []
        copy.append(bytes.extracting(range))
        return copy
    }

    /// Arguments, cut at commas outside quotes: a number gets its `0x`, a string that a pointer leads to stands for it.
    private static func arguments(_ text: RawSpan) -> [[UInt8]] {
        var parts: [[UInt8]] = []
        var start = 0
        var isQuoted = false
        var position = 0
        while position <= text.byteCount, parts.count < argumentLimit {
            let byte = text.uint8(at: position)
            if isQuoted, byte == UInt8(ascii: "\\"), position + 1 < text.byteCount {
                position += 2
                continue
            }
            if byte == 0x22 { isQuoted.toggle() }
            if byte == nil || byte == 0x2C && !isQuoted {
                parts.append(argument(copy(text, start..<position)))
                start = position + 1
            }
            position += 1
        }
        return parts
    }

    private static func argument(_ text: [UInt8]) -> [UInt8] {
        if !text.isEmpty, text.allSatisfy(WineRelayLine.isHex) { return number(text) }
        let digits = text.prefix(while: WineRelayLine.isHex)
        let rest = text[digits.endIndex...]
        guard digits.count >= 8, rest.first == 0x20, let quote = rest.firstIndex(of: 0x22), text.last == 0x22,
            quote + 1 < text.endIndex
        else { return text }
        return Array(text[(quote + 1)..<(text.endIndex - 1)])
    }

    private static func number(_ digits: [UInt8]) -> [UInt8] { [0x30, 0x78] + digits }

    /// The decimal form of a hexadecimal id; empty for none.
    private static func decimal(_ bytes: RawSpan, _ range: Range<Int>) -> [UInt8] {
        guard let value = UInt32(String(decoding: copy(bytes, range), as: UTF8.self), radix: 16) else { return [] }
        return Array(String(value).utf8)
    }
}

extension ArraySlice<UInt8> {
    /// Whether a slice is a word, for the cases of a switch.
    fileprivate static func ~= (word: StaticString, bytes: ArraySlice<UInt8>) -> Bool {
        bytes.elementsEqual(word.description.utf8)
    }
}
