import Bytes
import Events

/// Where the text that is read lies in the batch: slots are at its positions plus `delta`.
struct AuditdPlace {
    var delta: Int
    var inArena: Bool
}

/// How the fields of a record are read.
struct AuditdReading {
    var place: AuditdPlace
    /// EXECVE: `a0`… are texts.
    var isProgram: Bool
    /// `ausearch -i`: values are not encoded and may hold spaces.
    var isInterpreted: Bool
    /// SYSCALL: `a0`… are numbers.
    var isSyscall: Bool
    /// PATH: `name` is a whole path.
    var isPath: Bool
}

/// The fields of a record.
extension AuditdDecoder {
    /// Between what the kernel wrote and what auditd added to it (`log_format = ENRICHED`).
    private static let enrichment: UInt8 = 0x1D
    /// Longest value in brackets in bytes; what does not close within is read without them.
    private static let bracketLimit = 4096

    /// A value that is a part of the text; its slot.
    @inline(__always)
    @discardableResult
    mutating func add(
        _ name: [UInt8], _ range: Range<Int>, _ place: AuditdPlace, into batch: inout EventBatch,
        _ vocabulary: inout Vocabulary
    ) -> FieldSlot? {
        let node = writer.name(name.span.bytes, vocabulary: &vocabulary)
        return add(node, range, place, into: &batch)
    }

    @inline(__always)
    private mutating func add(
        _ node: Int, _ range: Range<Int>, _ place: AuditdPlace, into batch: inout EventBatch
    ) -> FieldSlot? {
        let index = batch.slots.count
        writer.add(
            node, offset: range.lowerBound &+ place.delta, length: range.count, inArena: place.inArena, into: &batch)
        return index < batch.slots.count ? batch.slots[index] : nil
    }

    /// A value that is made.
    mutating func addText(
        _ name: [UInt8], _ text: some Sequence<UInt8>, into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        let node = writer.name(name.span.bytes, vocabulary: &vocabulary)
        writer.add(node, text: text, into: &batch)
    }

    /// Reads `key=value` pairs; words without `=` are skipped, save those of SELinux's decisions.
    mutating func readFields(
        _ text: RawSpan, _ range: Range<Int>, _ reading: AuditdReading, depth: Int, into batch: inout EventBatch,
        _ vocabulary: inout Vocabulary
    ) {
        var position = range.lowerBound
        let end = range.upperBound
        var isOld = false
        while position < end, let first = text.uint8(at: position) {
            // Old messages are in parentheses: `(hostname=?, addr=?, res=success)`.
            if first <= 0x20 || first == UInt8(ascii: ",") || (depth > 0 && first == UInt8(ascii: "(")) {
                position &+= 1
                continue
            }
            let start = position
            while position < end, let byte = text.uint8(at: position), byte > 0x20, byte != UInt8(ascii: "=") {
                position &+= 1
            }
            guard position < end, text.uint8(at: position) == UInt8(ascii: "="), position > start else {
                isOld = text.holds(start..<position, equal: Self.old)
                position = readWord(text, start..<position, end, reading, into: &batch, &vocabulary)
                continue
            }
            let key = start..<position
            let value = Self.value(
                text, position &+ 1, end, key: key, isInterpreted: reading.isInterpreted, isNested: depth > 0)
            position = value.next
            readField(
                text, key, value, reading, isOld: isOld, depth: depth, into: &batch, &vocabulary)
            isOld = false
        }
    }

    private static let old = Array("old".utf8)
    private static let granted = Array("granted".utf8)
    private static let denied = Array("denied".utf8)

    /// `avc:  denied  { read } for …`; answers where reading goes on.
    private mutating func readWord(
        _ text: RawSpan, _ word: Range<Int>, _ end: Int, _ reading: AuditdReading, into batch: inout EventBatch,
        _ vocabulary: inout Vocabulary
    ) -> Int {
        if text.holds(word, equal: Self.denied) || text.holds(word, equal: Self.granted) {
            add(names.decision, word, reading.place, into: &batch, &vocabulary)
        } else if word.count == 1, text.uint8(at: word.lowerBound) == UInt8(ascii: "{"),
            let close = TraceText.first(
                UInt8(ascii: "}"), in: text, word.upperBound, min(end, word.upperBound + Self.bracketLimit))
        {
            var inside = TraceText.skipSpaces(text, word.upperBound, close)..<close
            while !inside.isEmpty, text.uint8(at: inside.upperBound - 1) == 0x20 {
                inside = inside.lowerBound..<(inside.upperBound - 1)
            }
            add(names.permissions, inside, reading.place, into: &batch, &vocabulary)
            return close + 1
        }
        // A lone `=` or control byte: go past it.
        return max(word.upperBound, word.lowerBound + 1)
    }

    /// A value and how it is written.
    struct Value {
        enum Form { case bare, quoted, message, braced }
        var range: Range<Int>
        var form: Form
        var next: Int
    }

    @inline(__always)
    private static func value(
        _ text: RawSpan, _ start: Int, _ end: Int, key: Range<Int>, isInterpreted: Bool, isNested: Bool
    ) -> Value {
        guard start < end, let first = text.uint8(at: start) else {
            return Value(range: start..<start, form: .bare, next: start)
        }
        switch first {
        case UInt8(ascii: "\""):
            var position = start &+ 1
            while position < end, let byte = text.uint8(at: position), byte != UInt8(ascii: "\"") { position &+= 1 }
            return Value(range: (start &+ 1)..<position, form: .quoted, next: min(end, position &+ 1))
        case UInt8(ascii: "'") where !isNested: return message(text, start, end)
        case UInt8(ascii: "{"), UInt8(ascii: "("):
            let closing = first == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: ")")
            guard let close = TraceText.first(closing, in: text, start, min(end, start &+ bracketLimit)) else { break }
            return first == UInt8(ascii: "{")
                ? Value(range: start..<(close &+ 1), form: .braced, next: close &+ 1)
                : Value(range: start..<(close &+ 1), form: .bare, next: close &+ 1)
        default: break
        }
        if isInterpreted { return interpreted(text, start, end, key) }
        var position = start
        while position < end, let byte = text.uint8(at: position), byte > 0x20 { position &+= 1 }
        let next = position
        if isNested {
            while position > start, let byte = text.uint8(at: position &- 1),
                byte == UInt8(ascii: ",") || byte == UInt8(ascii: ")")
            {
                position &-= 1
            }
        }
        return Value(range: start..<position, form: .bare, next: next)
    }

    /// `'…'` up to the last quote before the enrichment: the message may hold quotes itself.
    private static func message(_ text: RawSpan, _ start: Int, _ end: Int) -> Value {
        let limit = min(end, TraceText.first(enrichment, in: text, start, end) ?? end)
        var close = limit
        while close > start + 1, text.uint8(at: close - 1) != UInt8(ascii: "'") { close -= 1 }
        guard close > start + 1 else { return Value(range: (start + 1)..<limit, form: .message, next: limit) }
        return Value(range: (start + 1)..<(close - 1), form: .message, next: close)
    }

    private static let proctitle = Array("proctitle".utf8)

    /// A value of `ausearch -i`: up to the next ` key=`; of `proctitle`, to the end.
    private static func interpreted(_ text: RawSpan, _ start: Int, _ end: Int, _ key: Range<Int>) -> Value {
        var last = end
        if !text.holds(key, equal: proctitle) {
            var position = start
            while let space = TraceText.first(0x20, in: text, position, end) {
                var behind = space + 1
                while behind < end, let byte = text.uint8(at: behind), byte > 0x20, byte != UInt8(ascii: "=") {
                    behind += 1
                }
                if behind > space + 1, behind < end, text.uint8(at: behind) == UInt8(ascii: "=") {
                    last = space
                    break
                }
                position = max(behind, space + 1)
            }
        }
        var trimmed = last
        while trimmed > start, text.uint8(at: trimmed - 1) == 0x20 { trimmed -= 1 }
        return Value(range: start..<trimmed, form: .bare, next: last)
    }

    @inline(__always)
    private mutating func readField(
        _ text: RawSpan, _ key: Range<Int>, _ value: Value, _ reading: AuditdReading, isOld: Bool, depth: Int,
        into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) {
        let meaning = keys.key(text, key, isProgram: reading.isProgram)
        if meaning == .other, value.form != .braced, value.form != .message, !isOld {
            let node = writer.name(text.extracting(key), vocabulary: &vocabulary)
            _ = add(node, value.range, reading.place, into: &batch)
            return
        }
        if isOld {
            // `old auid=… new auid=…`, as older kernels wrote it.
            var name = Array("old-".utf8)
            name.append(text.extracting(key))
            add(name, value.range, reading.place, into: &batch, &vocabulary)
            return
        }
        if meaning == .argument {
            return readArgument(text, key, value, reading, into: &batch, &vocabulary)
        }
        let slot = readText(text, key, value, meaning, reading, into: &batch, &vocabulary)
        if value.form == .message || value.form == .braced, depth == 0 {
            let inner =
                value.form == .message ? value.range : (value.range.lowerBound + 1)..<(value.range.upperBound - 1)
            readFields(text, inner, reading, depth: 1, into: &batch, &vocabulary)
        }
        guard let slot else { return }
        note(text, value, meaning, reading, slot, into: &batch, &vocabulary)
    }

    /// Writes a value under its name, decoded where it is encoded.
    private mutating func readText(
        _ text: RawSpan, _ key: Range<Int>, _ value: Value, _ meaning: AuditdKey, _ reading: AuditdReading,
        into batch: inout EventBatch, _ vocabulary: inout Vocabulary
    ) -> FieldSlot? {
        let node = writer.name(text.extracting(key), vocabulary: &vocabulary)
        let decodes: Bool
        switch meaning {
        case .encoded, .workingDirectory, .name, .key, .proctitle, .alwaysEncoded: decodes = true
        default: decodes = false
        }
        guard decodes, value.form == .bare, !reading.isInterpreted,
            let start = decode(
                text, value.range, always: meaning == .alwaysEncoded, holdsNUL: meaning == .proctitle, into: &batch)
        else { return add(node, value.range, reading.place, into: &batch) }
        if meaning == .key, batch.arena[start...].contains(1) {
            return addKeys(node, start, into: &batch)
        }
        let index = batch.slots.count
        writer.add(node, arenaFrom: start, into: &batch)
        return index < batch.slots.count ? batch.slots[index] : nil
    }

    /// Several keys of one rule, which 0x01 separates: several values.
    private mutating func addKeys(_ node: Int, _ start: Int, into batch: inout EventBatch) -> FieldSlot? {
        let index = batch.slots.count
        let end = batch.arena.count
        var first = start
        for position in start...end where position == end || batch.arena[position] == 1 {
            writer.add(node, offset: first, length: position - first, inArena: true, into: &batch)
            first = position + 1
        }
        return index < batch.slots.count ? batch.slots[index] : nil
    }

    /// Appends the text that upper-case hexadecimal stands for to the arena and answers where it starts; nil when the value
    /// is none. The writers encode only what holds a quote, a space, a control character or a byte outside ASCII, so that a
    /// value that decodes to nothing of it is taken as it is, and so is one that decodes to a NUL where none can be
    /// (`acct=1000`). NULs of a process title become spaces; those at its end go.
    func decode(
        _ text: RawSpan, _ range: Range<Int>, always: Bool, holdsNUL: Bool = false, into batch: inout EventBatch
    ) -> Int? {
        guard !range.isEmpty, range.count.isMultiple(of: 2) else { return nil }
        var end = range.upperBound
        if holdsNUL { while end > range.lowerBound, text.uint16(at: end &- 2) == 0x3030 { end &-= 2 } }
        let start = batch.arena.count
        let count = (end &- range.lowerBound) / 2
        batch.arena.append(contentsOf: repeatElement(0, count: count))
        var output = batch.arena.mutableSpan
        var needed = always || end < range.upperBound
        var isText = true
        var position = range.lowerBound
        for index in start..<(start &+ count) {
            guard let pair = text.uint16(at: position), let upper = Self.digit(UInt8(truncatingIfNeeded: pair)),
                let lower = Self.digit(UInt8(truncatingIfNeeded: pair >> 8))
            else {
                isText = false
                break
            }
            var byte = upper << 4 | lower
            if byte == 0, !always {
                // Between the arguments of a process title; nowhere else.
                guard holdsNUL else {
                    isText = false
                    break
                }
                byte = 0x20
            }
            if byte <= 0x20 || byte == UInt8(ascii: "\"") || byte > 0x7E { needed = true }
            output[index] = byte
            position &+= 2
        }
        if needed, isText { return start }
        batch.arena.removeLast(count)
        return nil
    }

    /// The value of an upper-case hexadecimal digit.
    @inline(__always)
    static func digit(_ byte: UInt8) -> UInt8? {
        if byte &- 0x30 < 10 { return byte &- 0x30 }
        return byte &- UInt8(ascii: "A") < 6 ? byte &- UInt8(ascii: "A") &+ 10 : nil
    }
}
