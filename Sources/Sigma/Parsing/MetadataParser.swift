/// Reads what every kind of document says about itself.
struct MetadataParser {
    /// Keys with a meaning of their own, which are no custom keys.
    private static let structural: Set<String> = [
        "detection", "correlation", "filter", "logsource", "action", "generate",
    ]

    func parse(_ pairs: [YAMLPair], _ place: (line: Int32, column: Int32), _ report: inout DocumentReport) -> Metadata {
        var metadata = Metadata(title: "")
        for pair in pairs {
            switch pair.key {
            case "title": metadata.title = text(pair, &report) ?? ""
            case "id": metadata.id = text(pair, &report) ?? ""
            case "name": metadata.name = text(pair, &report)
            case "level": level(pair, &metadata, &report)
            case "status": metadata.status = status(pair, &report)
            case "description": metadata.description = text(pair, &report)
            case "author": metadata.author = text(pair, &report)
            case "date": metadata.date = text(pair, &report)
            case "modified": metadata.modified = text(pair, &report)
            case "references": metadata.references = Self.texts(pair.value)
            case "tags": metadata.tags = Self.texts(pair.value)
            case "falsepositives": metadata.falsePositives = Self.texts(pair.value)
            case "fields": metadata.fields = Self.texts(pair.value)
            default:
                if !Self.structural.contains(pair.key) { Self.keep(pair.value, as: pair.key, in: &metadata.custom) }
            }
        }
        if metadata.title.isEmpty {
            report.warning(.missingKey, "the document has no title", at: place)
            metadata.title = metadata.name ?? metadata.id
        }
        return metadata
    }

    /// Members of a custom map are kept by dotted key, `siloscope.strategy`; deeper values as text.
    private static func keep(_ value: YAMLNode, as key: String, in custom: inout [String: String]) {
        guard case .mapping(let pairs) = value.value else {
            custom[key] = value.flowText
            return
        }
        for pair in pairs { custom[key + "." + pair.key] = pair.value.flowText }
    }

    private func text(_ pair: YAMLPair, _ report: inout DocumentReport) -> String? {
        guard let scalar = pair.value.scalar else {
            report.warning(.wrongType, "'\(pair.key)' must be text, not \(pair.value.kindName)", at: pair.value.place)
            return pair.key == "author" ? Self.texts(pair.value).joined(separator: ", ") : nil
        }
        return scalar.meaning == .null ? nil : scalar.text
    }

    private func level(_ pair: YAMLPair, _ metadata: inout Metadata, _ report: inout DocumentReport) {
        guard let name = text(pair, &report) else { return }
        guard let level = Level(rawValue: name == "info" ? "informational" : name) else {
            let known = Level.allCases.map(\.rawValue).joined(separator: ", ")
            report.warning(
                .unknownValue, "unknown level '\(name)', taken as medium", at: pair.value.place, hint: "one of \(known)"
            )
            return
        }
        metadata.level = level
    }

    private func status(_ pair: YAMLPair, _ report: inout DocumentReport) -> String? {
        let known = ["stable", "test", "experimental", "deprecated", "unsupported"]
        guard let status = text(pair, &report) else { return nil }
        if !known.contains(status) {
            let hint = "one of " + known.joined(separator: ", ")
            report.warning(.unknownValue, "unknown status '\(status)'", at: pair.value.place, hint: hint)
        }
        return status
    }

    /// A scalar or a list, as texts; `null` is none.
    static func texts(_ node: YAMLNode) -> [String] {
        switch node.value {
        case .scalar(let scalar): scalar.meaning == .null ? [] : [scalar.text]
        case .sequence(let items): items.map(\.flowText)
        case .mapping: [node.flowText]
        }
    }
}

extension LogSource {
    /// Reads a `logsource`. Attributes the specification does not name narrow nothing and are reported.
    static func parse(_ pair: YAMLPair?, _ place: (line: Int32, column: Int32), _ report: inout DocumentReport)
        -> LogSource
    {
        var source = LogSource()
        guard let pair, let attributes = pair.value.pairs else {
            let hint = "name at least one of category, product and service"
            report.warning(.missingKey, "no log source: every event is looked at", at: pair?.place ?? place, hint: hint)
            return source
        }
        for attribute in attributes {
            let text = attribute.value.scalar.flatMap { $0.meaning == .null ? nil : $0.text }
            switch attribute.key {
            case "category": source.category = text
            case "product": source.product = text
            case "service": source.service = text
            case "definition": continue
            default:
                let message = "the log source attribute '\(attribute.key)' is not known and not used"
                report.warning(.unknownValue, message, at: attribute.place)
                continue
            }
            if text == nil {
                report.warning(.wrongType, "'\(attribute.key)' of the log source is not text", at: attribute.place)
            }
        }
        return source
    }
}
