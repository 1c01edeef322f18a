import Bytes
import Events

extension WindowsPayload {
    /// `Docker.Message`, `Docker.Level` and `Docker.KEY` for each pair, from an event of dockerd.
    func addEngine(
        _ entry: WindowsPayloadTable.Entry, _ event: inout PayloadEvent, in batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        var data = event.texts(of: "Data", in: batch, vocabulary)
        if data.isEmpty, let rendered = event.text(of: ["Message", "RenderingInfo_Message"], in: batch, vocabulary) {
            data = Self.split(rendered, hasFields: event.origin.eventID > 10)
        }
        guard let message = data.first else { return }
        event.add("Docker.Message", message, to: &batch, &vocabulary)
        let level =
            entry.levels[event.origin.eventID] ?? Self.level(event.text(of: ["Level"], in: batch, vocabulary))
        if let level { event.add("Docker.Level", level.utf8, to: &batch, &vocabulary) }
        guard event.origin.eventID > 10, data.count > 1 else { return }
        var container: ArraySlice<UInt8>?
        for (key, value) in KeyValueText.pairs(data[1]) {
            let name = String(decoding: key, as: UTF8.self)
            event.add("Docker." + name, value, to: &batch, &vocabulary)
            if container == nil, entry.container.contains(name), PayloadEvent.isContainerID(value) { container = value }
        }
        if let container { event.add("ContainerId", container, to: &batch, &vocabulary) }
    }

    private static func level(_ value: [UInt8]?) -> String? {
        switch value.map({ String(decoding: $0, as: UTF8.self).lowercased() }) {
        case "2", "error": "error"
        case "3", "warning": "warning"
        case "4", "0", "information": "info"
        default: nil
        }
    }

    /// The strings in a rendered text: `message [pairs]`, or the lines after Event Viewer's complaint that the message
    /// table is missing.
    private static func split(_ text: [UInt8], hasFields: Bool) -> [[UInt8]] {
        let complaint = Array("information was included with the event:".utf8)
        if let first = text.indices.first(where: { text[$0...].starts(with: complaint) }) {
            let lines = text[(first + complaint.count)...].split(whereSeparator: { $0 == 0x0A || $0 == 0x0D })
            return lines.map(Array.init).filter { $0.contains { $0 > 0x20 } }
        }
        guard hasFields, text.last == UInt8(ascii: "]"),
            let bracket = text.indices.first(where: { text[$0...].starts(with: " [".utf8) })
        else { return [text] }
        return [Array(text[..<bracket]), Array(text[(bracket + 2)..<(text.count - 1)])]
    }

    /// The fields of a text with labels: each value reaches to `, ` and the next label, the last to the end.
    func addLabels(
        _ entry: WindowsPayloadTable.Entry, _ event: inout PayloadEvent, in batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        guard let first = entry.labels.first else { return }
        for slot in event.first..<event.end {
            guard let text = event.text(of: slot, in: batch), text.starts(with: first.label) else { continue }
            var start = first.label.count
            for (index, label) in entry.labels.enumerated() {
                var end = text.count
                var next = text.count
                if index + 1 < entry.labels.count {
                    let mark = Array(", ".utf8) + entry.labels[index + 1].label
                    guard let hit = text[start...].indices.first(where: { text[$0...].starts(with: mark) }) else {
                        return
                    }
                    (end, next) = (hit, hit + mark.count)
                }
                event.add(label.field, text[start..<end], to: &batch, &vocabulary)
                start = next
            }
            return
        }
    }

    /// The fields of a text of `key=value` lines. A line without a known key goes on with the value before; a key that
    /// comes twice gives two values, so that nobody hides one by writing another.
    func addLines(
        _ entry: WindowsPayloadTable.Entry, _ event: inout PayloadEvent, in batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        for slot in event.first..<event.end {
            guard let text = event.text(of: slot, in: batch), text.contains(0x0A), text.contains(UInt8(ascii: "="))
            else { continue }
            var pair: (name: String, value: [UInt8])?
            for line in text.split(separator: 0x0A, omittingEmptySubsequences: false) {
                let line = line.last == 0x0D ? line.dropLast() : line
                let inside = line.drop { $0 == 0x09 || $0 == 0x20 }
                if let equals = inside.firstIndex(of: UInt8(ascii: "=")), inside.startIndex < equals,
                    equals - inside.startIndex <= 64
                {
                    let key = String(decoding: inside[inside.startIndex..<equals], as: UTF8.self)
                    if entry.keys.contains(key) {
                        Self.add(pair, &event, in: &batch, vocabulary: &vocabulary)
                        pair = (key, Array(inside[(equals + 1)...]))
                        continue
                    }
                }
                if !inside.isEmpty { pair?.value += [0x0A] + line }
            }
            Self.add(pair, &event, in: &batch, vocabulary: &vocabulary)
        }
    }

    private static func add(
        _ pair: (name: String, value: [UInt8])?, _ event: inout PayloadEvent, in batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        guard let pair, !pair.value.isEmpty else { return }
        event.add(WindowsNames.data(pair.name), pair.value, to: &batch, &vocabulary)
    }
}
