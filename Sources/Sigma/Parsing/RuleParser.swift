/// The text of one rule file and the path it is called by.
public struct RuleText: Sendable {
    /// Path that places and diagnostics name; it is not opened.
    public var path: String
    /// The YAML of the file, with any number of documents.
    public var text: String

    /// A text with the path to call it by.
    public init(path: String, text: String) {
        self.path = path
        self.text = text
    }
}

/// What one file gave.
public struct ParsedFile: Sendable {
    /// Path of the file, as given in ``RuleText/path``.
    public var path: String
    /// In the order of the file; rejected documents are missing.
    public var documents: [Document]
    /// In the order of the file.
    public var diagnostics: [Diagnostic]
    /// How many documents were rejected.
    public var rejected: Int

    /// Whether an error was found.
    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

/// Parses Sigma 2.1.0 files: rules, correlations and filters, several documents per file, and collections of Sigma 1.
///
/// A pure function of one text: files can be parsed in parallel. Never throws: a document that cannot be understood is
/// rejected with a ``Diagnostic``, and the others of the file remain.
public struct RuleParser: Sendable {
    /// Values for the placeholders of `expand`, by name without the percent signs.
    public var placeholders: [String: [String]]

    /// A parser that replaces `%name%` in values with `expand` by the values listed under `name`.
    public init(placeholders: [String: [String]] = [:]) { self.placeholders = placeholders }

    /// O(length of the text).
    public func parse(_ input: RuleText) -> ParsedFile {
        let reader = YAMLReader(path: input.path, text: input.text)
        var file = ParsedFile(path: input.path, documents: [], diagnostics: [], rejected: 0)
        let collection = RuleCollection(reader.documents)
        for node in collection.documents {
            var report = DocumentReport(path: input.path)
            let document = parse(node, &report)
            file.diagnostics += report.diagnostics
            if let document, !report.rejected { file.documents.append(document) } else { file.rejected += 1 }
        }
        if let node = collection.overflow {
            let message = "the documents of this collection inherit more than \(RuleCollection.maximumInherited) values"
            let place = Place(file: input.path, line: Int(node.line), column: Int(node.column))
            file.diagnostics.append(Diagnostic(.limit, at: place, message))
            file.rejected += 1
        }
        file.diagnostics += reader.diagnostics
        if !reader.diagnostics.isEmpty { file.rejected += 1 }
        return file
    }

    private func parse(_ node: YAMLNode, _ report: inout DocumentReport) -> Document? {
        guard let pairs = node.pairs else {
            report.error(.notSigma, "a document must be a map, not \(node.kindName)", at: node.place)
            return nil
        }
        let kinds = pairs.filter { ["detection", "correlation", "filter"].contains($0.key) }
        guard let kind = kinds.first, kinds.count == 1 else {
            let found = kinds.isEmpty ? "none" : kinds.map(\.key).joined(separator: ", ")
            let message = "a document has one of 'detection', 'correlation' and 'filter', found \(found)"
            report.error(.notSigma, message, at: node.place)
            return nil
        }
        let metadata = MetadataParser().parse(pairs, node.place, &report)
        let place = report.place(node.place)
        switch kind.key {
        case "detection": return rule(kind, pairs, metadata, place, &report).map(Document.rule)
        case "filter": return filter(kind, pairs, metadata, place, &report).map(Document.filter)
        default:
            let parser = CorrelationParser(generateOutside: pairs.first { $0.key == "generate" }?.value)
            return parser.parse(kind, metadata, place, &report).map(Document.correlation)
        }
    }

    private func rule(
        _ detection: YAMLPair, _ pairs: [YAMLPair], _ metadata: Metadata, _ place: Place, _ report: inout DocumentReport
    ) -> Rule? {
        let source = LogSource.parse(pairs.first { $0.key == "logsource" }, detection.place, &report)
        let parser = DetectionParser(items: ItemParser(placeholders: placeholders))
        guard let outline = parser.parse(detection.value, reserved: ["timeframe"], &report) else { return nil }
        return Rule(
            metadata: metadata, place: place, logSource: source, condition: outline.expression, outline: outline)
    }

    private func filter(
        _ filter: YAMLPair, _ pairs: [YAMLPair], _ metadata: Metadata, _ place: Place, _ report: inout DocumentReport
    ) -> Filter? {
        let source = LogSource.parse(pairs.first { $0.key == "logsource" }, filter.place, &report)
        let parser = DetectionParser(items: ItemParser(placeholders: placeholders))
        guard let outline = parser.parse(filter.value, reserved: ["rules"], &report) else { return nil }
        guard let named = filter.value.value("rules"), named.scalar?.meaning != .null else {
            let hint = "list ids or names, or write `rules: any`"
            report.error(
                .missingKey, "the filter does not say which 'rules' it applies to", at: filter.place, hint: hint)
            return nil
        }
        let rules = named.scalar?.text == "any" ? nil : MetadataParser.texts(named)
        return Filter(
            metadata: metadata, place: place, logSource: source, rules: rules, condition: outline.expression,
            outline: outline)
    }
}
