import Bytes
import Events
import Yams

/// Fields from the English message of an event, for exports that have nothing else.
///
///     Subject:                                        section
///     ⇥Account Name:⇥⇥bob                             Subject/Account Name → SubjectUserName
///     Process Information:
///     ⇥Process Command Line:⇥cmd /c "a                value …
///     b"                                              … goes on to the next label or, if labels are indented, empty line
struct WindowsMessage: Sendable {
    /// Labels of a provider.
    struct Labels: Sendable {
        var providers: Set<String>
        /// Whether labels are the names of fields.
        var isVerbatim = false
        var all: [String: String] = [:]
        var events: [Int: [String: String]] = [:]

        /// The field of a label, or nil.
        func field(_ section: String, _ label: String, _ eventID: Int) -> String? {
            if let own = events[eventID], let field = own[section + "/" + label] ?? own[label] { return field }
            return all[section + "/" + label] ?? all[label]
        }
    }

    /// Longest label in bytes.
    private static let labelLimit = 64
    private let table = WindowsMessage.standard

    /// The labels that are compiled in; none when they cannot be read, which a test rules out.
    static let standard: [Labels] = {
        let text = EmbeddedContent.files.first { $0.path == "tables/windows-messages.yml" }?.text
        return text.flatMap { try? labels(yaml: $0) } ?? []
    }()

    init() {}

    static func labels(yaml: String) throws(FieldMapError) -> [Labels] {
        let root: Node?
        do { root = try Yams.compose(yaml: yaml) } catch { throw FieldMapError(message: "\(error)", line: 0) }
        guard let messages = root?["messages"]?.sequence else { throw FieldMapError(message: "no messages", line: 1) }
        return messages.map { node in
            var labels = Labels(providers: Set(node["providers"]?.sequence?.compactMap(\.string) ?? []))
            labels.isVerbatim = node["verbatim"]?.bool ?? false
            labels.all = pairs(node["labels"])
            for (id, own) in node["events"]?.mapping ?? [:] {
                if let id = id.int { labels.events[id] = pairs(own) }
            }
            return labels
        }
    }

    private static func pairs(_ node: Node?) -> [String: String] {
        var pairs: [String: String] = [:]
        for (key, value) in node?.mapping ?? [:] {
            if let key = key.scalar?.string, let value = value.scalar?.string { pairs[key] = value }
        }
        return pairs
    }

    /// Appends the fields in `message`; false when nothing is known of its provider's messages.
    @discardableResult
    func add(
        _ message: [UInt8], _ event: inout PayloadEvent, in batch: inout EventBatch, vocabulary: inout Vocabulary
    ) -> Bool {
        guard let labels = table.first(where: { $0.providers.contains(event.origin.provider) }) else { return false }
        var section = ""
        var pair: (field: String, value: [UInt8])?
        for line in message.split(separator: 0x0A, omittingEmptySubsequences: false) {
            let line = line.last == 0x0D ? line.dropLast() : line
            let inside = line.drop { $0 == 0x09 || $0 == 0x20 }
            guard !inside.isEmpty else {
                if !labels.isVerbatim { Self.add(&pair, &event, in: &batch, vocabulary: &vocabulary) }
                continue
            }
            if let (label, value) = Self.label(inside) {
                let isIndented = inside.startIndex > line.startIndex
                let field =
                    labels.isVerbatim
                    ? (Self.isName(label) ? WindowsNames.data(label) : nil)
                    : labels.field(section, label, event.origin.eventID)
                if let field, labels.isVerbatim || !value.isEmpty || isIndented {
                    Self.add(&pair, &event, in: &batch, vocabulary: &vocabulary)
                    pair = (field, Array(value))
                    continue
                }
                if !labels.isVerbatim, value.isEmpty, !isIndented {
                    Self.add(&pair, &event, in: &batch, vocabulary: &vocabulary)
                    section = label
                    continue
                }
            }
            guard let open = pair else { continue }
            pair?.value = open.value + (open.value.isEmpty ? [] : [0x0A]) + inside
        }
        Self.add(&pair, &event, in: &batch, vocabulary: &vocabulary)
        return true
    }

    private static func add(
        _ pair: inout (field: String, value: [UInt8])?, _ event: inout PayloadEvent, in batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        if let pair { event.add(pair.field, pair.value, to: &batch, &vocabulary) }
        pair = nil
    }

    /// `Label:⇥⇥value`
    private static func label(_ line: ArraySlice<UInt8>) -> (label: String, value: ArraySlice<UInt8>)? {
        guard let colon = line.prefix(labelLimit).firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex else {
            return nil
        }
        let after = line[(colon + 1)...]
        // `C:\x` is no label.
        guard after.isEmpty || after.first == 0x20 || after.first == 0x09 else { return nil }
        var label = line[line.startIndex..<colon]
        while label.last == 0x20 { label.removeLast() }
        var value = after.drop { $0 == 0x09 || $0 == 0x20 }
        while let last = value.last, last == 0x20 || last == 0x09 { value.removeLast() }
        return (String(decoding: label, as: UTF8.self), value)
    }

    private static func isName(_ label: String) -> Bool {
        label.utf8.allSatisfy { ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 }
    }
}
