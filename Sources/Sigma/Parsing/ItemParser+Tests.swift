import Patterns

extension ItemParser {
    /// The tests of one value whose type a modifier decides; several when a placeholder has several values.
    func tests(
        _ family: Modifier.Family, _ scalar: YAMLScalar, _ node: YAMLNode, _ header: ItemHeader,
        _ report: inout DocumentReport
    ) -> [Test]? {
        switch family {
        case .exists: exists(scalar, node, &report).map { [$0] }
        case .comparison(let comparison): compare(comparison, scalar, node, &report).map { [$0] }
        case .time(let part): time(part, scalar, node, &report).map { [$0] }
        case .reference: reference(scalar, node, header, &report).map { [$0] }
        case .expression: texts(scalar, node, header, &report)?.compactAll { expression($0, node, header, &report) }
        case .network: texts(scalar, node, header, &report)?.compactAll { network($0, node, &report) }
        }
    }

    /// The value as it stands, or with `expand` the values of its placeholders.
    private func texts(
        _ scalar: YAMLScalar, _ node: YAMLNode, _ header: ItemHeader, _ report: inout DocumentReport
    ) -> [String]? {
        guard scalar.meaning != .null else {
            report.error(.invalidValue, "a value is missing", at: node.place)
            return nil
        }
        guard header.modifiers.contains(.expand) else { return [scalar.text] }
        switch PlaceholderText(scalar.text).expandedText(with: placeholders, limit: Self.maximumVariants) {
        case .values(let values): return values
        case .unresolved(let name):
            report.error(.unresolvedPlaceholder, "no values for the placeholder '%\(name)%'", at: node.place)
        case .tooMany:
            report.error(.limit, "the placeholders expand to more than \(Self.maximumVariants) values", at: node.place)
        }
        return nil
    }

    private func exists(_ scalar: YAMLScalar, _ node: YAMLNode, _ report: inout DocumentReport) -> Test? {
        switch YAMLScalar(text: scalar.text.lowercased(), plain: true).meaning {
        case .boolean(let value): return .exists(value)
        default:
            report.error(.invalidValue, "'exists' takes true or false, not '\(scalar.text)'", at: node.place)
            return nil
        }
    }

    private func compare(
        _ comparison: Comparison, _ scalar: YAMLScalar, _ node: YAMLNode, _ report: inout DocumentReport
    ) -> Test? {
        guard let number = DecimalText.number(scalar.text) ?? DecimalText.yamlNumber(scalar.text), number.isFinite
        else {
            report.error(.invalidValue, "'\(comparison.rawValue)' takes a number, not '\(scalar.text)'", at: node.place)
            return nil
        }
        return .compare(comparison, number)
    }

    private func time(
        _ part: TimePart, _ scalar: YAMLScalar, _ node: YAMLNode, _ report: inout DocumentReport
    ) -> Test? {
        guard let number = Int(scalar.text) else {
            report.error(.invalidValue, "'\(part.rawValue)' takes a whole number, not '\(scalar.text)'", at: node.place)
            return nil
        }
        return .timePart(part, number)
    }

    private func reference(
        _ scalar: YAMLScalar, _ node: YAMLNode, _ header: ItemHeader, _ report: inout DocumentReport
    ) -> Test? {
        guard scalar.meaning != .null, !scalar.text.isEmpty else {
            report.error(.invalidValue, "'fieldref' takes the name of a field", at: node.place)
            return nil
        }
        let starts = header.modifiers.contains(.startswith)
        let ends = header.modifiers.contains(.endswith)
        var anchor = Anchor.whole
        if header.modifiers.contains(.contains) || (starts && ends) {
            anchor = .anywhere
        } else if starts {
            anchor = .start
        } else if ends {
            anchor = .end
        }
        return .fieldReference(field: scalar.text, anchor: anchor, cased: header.modifiers.contains(.cased))
    }

    private func expression(
        _ text: String, _ node: YAMLNode, _ header: ItemHeader, _ report: inout DocumentReport
    ) -> Test? {
        let flags = header.modifiers
        let expression = RegularExpression(
            source: text, ignoreCase: flags.contains(.i) || flags.contains(.ignorecase),
            multiline: flags.contains(.m) || flags.contains(.multiline),
            dotAll: flags.contains(.s) || flags.contains(.dotall))
        if expression.ignoreCase, flags.contains(.cased) {
            report.error(.modifierConflict, "'i' and 'cased' contradict each other", at: node.place)
            return nil
        }
        do {
            _ = try CompiledPattern(expression)
            return .regularExpression(expression)
        } catch {
            let message = "the regular expression is malformed at byte \(error.offset): \(error.message)"
            report.error(.invalidRegularExpression, message, at: node.place)
            return nil
        }
    }

    private func network(_ text: String, _ node: YAMLNode, _ report: inout DocumentReport) -> Test? {
        guard let network = Network(text) else {
            let hint = "an address or address/prefix without bits behind the prefix, e.g. 10.0.0.0/8"
            report.error(.invalidNetwork, "'\(text)' is not a network", at: node.place, hint: hint)
            return nil
        }
        return .network(network)
    }
}

extension CompiledPattern {
    /// The expression of a rule.
    public convenience init(_ expression: RegularExpression) throws(PatternError) {
        var options: Options = []
        if expression.ignoreCase { options.insert(.ignoreCase) }
        if expression.multiline { options.insert(.multiline) }
        if expression.dotAll { options.insert(.dotAll) }
        try self.init(expression.source, options: options)
    }
}

extension Array {
    /// All results, or `nil` as soon as one is missing.
    func compactAll<Result>(_ transform: (Element) -> Result?) -> [Result]? {
        var results: [Result] = []
        results.reserveCapacity(count)
        for element in self {
            guard let result = transform(element) else { return nil }
            results.append(result)
        }
        return results
    }
}
