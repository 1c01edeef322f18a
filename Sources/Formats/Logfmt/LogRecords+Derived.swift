import Bytes
import Events

extension LogRecords {
    /// Adds what the messages of engines say: the call of the API, its body, the container, the command.
    ///
    ///     msg="Calling POST /v1.41/containers/create?name=x"             →  Docker.Method │ Docker.Path │ Docker.Query
    ///     msg="handling POST request" method=POST request-url=/v1.48/…   →  the same
    ///     msg="form data: {…}", form-data="{…}"                          →  Docker.Body.HostConfig.Privileged …
    ///     msg="ExecSync for \"ID\" with command [sh -c x] and timeout …"  →  ContainerId │ Exec.Command
    mutating func addDerived(_ names: Names, into batch: inout EventBatch, vocabulary: inout Vocabulary) {
        let end = batch.slots.count
        var message: FieldSlot?
        var container: FieldSlot?
        var url: FieldSlot?
        var form: FieldSlot?
        var nested: FieldSlot?
        for index in writer.firstSlot..<end {
            let slot = batch.slots[index]
            if slot.field == names.message {
                message = message ?? slot
            } else if slot.field == names.url {
                url = slot
            } else if slot.field == names.form {
                form = slot
            } else if slot.field == names.nested {
                nested = slot
            } else if container == nil, slot.length == 64 || slot.length == 12, names.container.contains(slot.field),
                batch.withBytes(of: slot, { HexID.isID($0) })
            {
                container = slot
            }
        }
        if let container {
            add("ContainerId", container, 0..<Int(container.length), into: &batch, vocabulary: &vocabulary)
        }
        if let url { addURL(url, 0..<Int(url.length), container == nil, into: &batch, vocabulary: &vocabulary) }
        if let form { addJSON("Docker.Body", form, from: 0, into: &batch, vocabulary: &vocabulary) }
        if let nested { addJSON("json", nested, from: 0, into: &batch, vocabulary: &vocabulary) }
        if let message { addMessage(message, container == nil, into: &batch, vocabulary: &vocabulary) }
    }

    private mutating func addMessage(
        _ message: FieldSlot, _ wantsContainer: Bool, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let found = batch.withBytes(of: message) { LogMessage($0) }
        guard let found else { return }
        if let method = found.method {
            add("Docker.Method", message, method, into: &batch, vocabulary: &vocabulary)
        }
        if let path = found.path { addURL(message, path, wantsContainer, into: &batch, vocabulary: &vocabulary) }
        if let body = found.body { addJSON("Docker.Body", message, from: body, into: &batch, vocabulary: &vocabulary) }
        if wantsContainer, let id = found.container {
            add("ContainerId", message, id, into: &batch, vocabulary: &vocabulary)
        }
        if let command = found.command {
            add("Exec.Command", message, command, into: &batch, vocabulary: &vocabulary)
        }
    }

    /// Path and query, and the container that the path names (`/containers/ID/start`).
    private mutating func addURL(
        _ slot: FieldSlot, _ range: Range<Int>, _ wantsContainer: Bool, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        let (query, id) = batch.withBytes(of: slot) { text in
            let query = text.firstOffset(of: UInt8(ascii: "?"), from: range.lowerBound).flatMap {
                $0 < range.upperBound ? $0 : nil
            }
            var id: Range<Int>?
            if let start = Lines.offset(of: "/containers/", in: text, from: range.lowerBound, to: range.upperBound) {
                let count = HexID.length(text, at: start + 12)
                if count == 64 || count == 12 { id = (start + 12)..<(start + 12 + count) }
            }
            return (query, id)
        }
        add("Docker.Path", slot, range.lowerBound..<(query ?? range.upperBound), into: &batch, vocabulary: &vocabulary)
        if let query {
            add("Docker.Query", slot, (query + 1)..<range.upperBound, into: &batch, vocabulary: &vocabulary)
        }
        if wantsContainer, let id { add("ContainerId", slot, id, into: &batch, vocabulary: &vocabulary) }
    }

    /// The members of JSON within a value, below `name`.
    private mutating func addJSON(
        _ name: StaticString, _ slot: FieldSlot, from start: Int, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        let isObject = batch.withBytes(of: slot) { text in
            guard let json = text.slice(at: start, length: text.byteCount - start) else { return false }
            return embedded.read(plain: json)
        }
        guard isObject else { return }
        let parent = writer.name(name, vocabulary: &vocabulary)
        let inner = embedded
        flattener.flatten(
            inner.tape, root: 0, text: inner.bytes.span.bytes, offset: Int(slot.offset) + start,
            inArena: slot.inArena, parent: parent, through: &writer, into: &batch, vocabulary: &vocabulary)
    }

    private mutating func add(
        _ name: StaticString, _ slot: FieldSlot, _ part: Range<Int>, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        var slot = slot
        slot.offset += UInt32(truncatingIfNeeded: part.lowerBound)
        slot.length = UInt32(truncatingIfNeeded: part.count)
        let name = writer.name(name, vocabulary: &vocabulary)
        writer.add(name, sameAs: slot, into: &batch)
    }
}

/// What a message of an engine says, as parts of it.
struct LogMessage {
    var method: Range<Int>?
    var path: Range<Int>?
    var body: Int?
    var container: Range<Int>?
    var command: Range<Int>?

    /// Nil when it is none of the messages that are known.
    init?(_ text: RawSpan) {
        guard let first = text.uint8(at: 0) else { return nil }
        switch first {
        case UInt8(ascii: "C") where Lines.has("Calling ", in: text, at: 0): readCall(text, 8)
        case UInt8(ascii: "C") where Lines.has("CreateContainer ", in: text, at: 0): readQuotedID(text, "container id ")
        case UInt8(ascii: "h") where Lines.has("handling ", in: text, at: 0):
            guard let end = text.firstOffset(of: 0x20, from: 9) else { return nil }
            method = 9..<end
        case UInt8(ascii: "H") where Lines.has("Handler for ", in: text, at: 0): readCall(text, 12)
        case UInt8(ascii: "f") where Lines.has("form data: ", in: text, at: 0): body = 11
        case UInt8(ascii: "E") where Lines.has("Exec", in: text, at: 0),
            UInt8(ascii: "S")
        where Lines.has("StartContainer", in: text, at: 0) || Lines.has("StopContainer", in: text, at: 0),
            UInt8(ascii: "R") where Lines.has("RemoveContainer", in: text, at: 0),
            UInt8(ascii: "A") where Lines.has("Attach for", in: text, at: 0):
            readQuotedID(text, " for ")
            readCommand(text)
        default: return nil
        }
    }

    private mutating func readCall(_ text: RawSpan, _ start: Int) {
        guard let space = text.firstOffset(of: 0x20, from: start) else { return }
        method = start..<space
        path = (space + 1)..<(text.firstOffset(of: 0x20, from: space + 1) ?? text.byteCount)
    }

    /// The id in quotes after a word.
    private mutating func readQuotedID(_ text: RawSpan, _ word: StaticString) {
        guard let found = Lines.offset(of: word, in: text) else { return }
        let start = found + word.utf8CodeUnitCount + 1
        let count = HexID.length(text, at: start)
        if text.uint8(at: start - 1) == UInt8(ascii: "\""), count == 64 || count == 12 {
            container = start..<(start + count)
        }
    }

    /// `with command [a b], tty` or `with command [a b] and timeout`: the last bracket of those counts.
    private mutating func readCommand(_ text: RawSpan) {
        guard let found = Lines.offset(of: " with command [", in: text) else { return }
        let start = found + 15
        var end: Int?
        for word in ["], tty ", "] and timeout "] as [StaticString] {
            var position = start
            while let hit = Lines.offset(of: word, in: text, from: position) {
                end = max(end ?? hit, hit)
                position = hit + 1
            }
        }
        command = start..<(end ?? text.byteCount)
    }
}
