import Bytes
import Events

extension WindowsPayload {
    /// `Hcs.SystemId`, `Hcs.Operation`, `Hcs.Result` and the settings as `Hcs.Settings.…`, from the fields of an event of
    /// the Host Compute Service or from its rendered text.
    mutating func addComputeSystem(
        _ entry: WindowsPayloadTable.Entry, _ event: inout PayloadEvent, in batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        var system = event.text(of: entry.system, in: batch, vocabulary)
        var result = event.text(of: entry.result, in: batch, vocabulary)
        var operation = entry.operations[event.origin.eventID]
        var settings: [[UInt8]] = []
        for slot in event.first..<event.end {
            guard let text = event.text(of: slot, in: batch), let first = text.first else { continue }
            if first == UInt8(ascii: "{") {
                if !settings.contains(text) { settings.append(text) }
            } else if first == UInt8(ascii: "["), let said = Rendered(text, entry.phrases) {
                system = system ?? said.system
                result = result ?? said.result
                operation = operation ?? said.operation
                if let document = said.settings, !settings.contains(document) { settings.append(document) }
            }
        }
        if let system {
            event.add("Hcs.SystemId", system, to: &batch, &vocabulary)
            if PayloadEvent.isContainerID(system) { event.add("ContainerId", system, to: &batch, &vocabulary) }
        }
        if let operation { event.add("Hcs.Operation", operation.utf8, to: &batch, &vocabulary) }
        if let result { event.add("Hcs.Result", result, to: &batch, &vocabulary) }
        for document in settings {
            addJSON(document, prefix: "Hcs.Settings", &event, in: &batch, vocabulary: &vocabulary)
        }
    }

    /// What the rendered text says: `[ID] Modify compute system, settings {…}, result 0x00000000`.
    private struct Rendered {
        var system: [UInt8]
        var operation: String
        var settings: [UInt8]?
        var result: [UInt8]?

        init?(_ text: [UInt8], _ phrases: [(text: [UInt8], operation: String)]) {
            guard let close = text.firstIndex(of: UInt8(ascii: "]")), close > 1 else { return nil }
            var start = close + 1
            while start < text.count, text[start] == 0x20 { start += 1 }
            let rest = text[start...]
            guard let phrase = phrases.first(where: { rest.starts(with: $0.text) }) else { return nil }
            system = Array(text[1..<close])
            operation = phrase.operation
            var after = start + phrase.text.count
            if let brace = text[after...].firstIndex(of: UInt8(ascii: "{")) {
                var tape = JSONTape()
                if let end = try? tape.scan(text.span.bytes, from: brace) {
                    settings = Array(text[brace..<end])
                    after = end
                }
            }
            guard let value = Self.find("result ", in: text, from: after) else { return }
            let digits = text[value...].prefix { $0 != 0x20 && $0 != UInt8(ascii: ",") && $0 > 0x20 }
            result = digits.last == UInt8(ascii: ".") ? Array(digits.dropLast()) : Array(digits)
        }

        private static func find(_ word: String, in text: [UInt8], from start: Int) -> Int? {
            let word = Array(word.utf8)
            guard text.count - start >= word.count else { return nil }
            return (start...(text.count - word.count)).first { text[$0..<($0 + word.count)].elementsEqual(word) }
                .map { $0 + word.count }
        }
    }

    /// Appends the members of a JSON document under dotted names; nothing when it is not JSON.
    mutating func addJSON(
        _ document: [UInt8], prefix: String, _ event: inout PayloadEvent, in batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        let text = document.span.bytes
        guard (try? tape.scan(text)) != nil else { return }
        var open: [(name: String, end: Int)] = []
        var name = prefix
        var index = 0
        while index < tape.tokens.count {
            while let last = open.last, index >= last.end { open.removeLast() }
            let token = tape.tokens[index]
            let bytes = text.extracting(Int(token.offset)..<Int(token.offset + token.length))
            // What follows no key is an item of the array around it, which gives it its name.
            if token.kind != .key, index == 0 || tape.tokens[index - 1].kind != .key {
                name = open.last?.name ?? prefix
            }
            index += 1
            switch token.kind {
            case .key:
                var key: [UInt8] = []
                JSONEscapes.appendUnescaped(bytes, to: &key)
                let parent = open.last?.name ?? prefix
                guard parent.utf8.count + key.count < FieldPaths.pathLimit else {
                    // The value belongs to no field.
                    if index < tape.tokens.count { index = Int(tape.tokens[index].next) }
                    continue
                }
                name = parent + "." + String(decoding: key, as: UTF8.self)
            case .object, .array:
                open.append((name: name, end: Int(token.next)))
            case .null: break
            case .string, .number, .yes, .no:
                var value: [UInt8] = []
                if token.isEscaped { JSONEscapes.appendUnescaped(bytes, to: &value) } else { value.append(bytes) }
                event.add(name, value, to: &batch, &vocabulary)
            }
        }
    }
}
