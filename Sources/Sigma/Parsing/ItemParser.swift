import Patterns

/// Parses `field|modifiers: value` into an ``Expression``.
struct ItemParser {
    /// Most patterns that the modifiers of one value may expand to.
    static let maximumVariants = 4096

    let placeholders: [String: [String]]

    /// One item of a map. `nil` when it was rejected, with diagnostics in `report`.
    func parse(_ pair: YAMLPair, _ report: inout DocumentReport) -> Expression? {
        guard let header = header(pair, &report) else { return nil }
        let nodes: [YAMLNode]
        switch pair.value.value {
        case .scalar: nodes = [pair.value]
        case .sequence(let items): nodes = items
        case .mapping:
            let message = "the value of '\(pair.key)' is a map; a field is compared with a scalar or a list"
            report.error(.wrongType, message, at: pair.value.place)
            return nil
        }
        var alternatives: [Expression] = []
        alternatives.reserveCapacity(nodes.count)
        var comparisons = 0
        for node in nodes {
            guard let scalar = node.scalar else {
                report.error(.wrongType, "a list of values may hold scalars only, not \(node.kindName)", at: node.place)
                return nil
            }
            guard let expression = value(scalar, node, header, inList: pair.value.items != nil, &report) else {
                return nil
            }
            alternatives.append(expression)
            comparisons += expression.comparisonCount
            guard comparisons <= ConditionParser.maximumComparisons else {
                let limit = ConditionParser.maximumComparisons
                report.error(.limit, "the item stands for more than \(limit) comparisons", at: node.place)
                return nil
            }
        }
        if alternatives.isEmpty {
            guard let field = header.field else {
                report.error(.invalidValue, "an empty list of keywords", at: pair.place)
                return nil
            }
            alternatives = [.item(Item(field: field, test: .null))]
        }
        let joined = header.modifiers.contains(.all) ? Expression.conjunction(alternatives) : .disjunction(alternatives)
        return header.modifiers.contains(.neq) ? .not(joined) : joined
    }

    /// A keyword: a scalar in a list that belongs to no field.
    func keyword(_ node: YAMLNode, _ report: inout DocumentReport) -> Expression? {
        guard let scalar = node.scalar else { return nil }
        return value(scalar, node, ItemHeader(field: nil, modifiers: [], family: nil), inList: false, &report)
    }

    // MARK: - one value

    private func value(
        _ scalar: YAMLScalar, _ node: YAMLNode, _ header: ItemHeader, inList: Bool, _ report: inout DocumentReport
    ) -> Expression? {
        if let family = header.family {
            guard let field = header.field else {
                report.error(.modifierConflict, "keywords belong to no field and cannot be compared so", at: node.place)
                return nil
            }
            return tests(family, scalar, node, header, &report).map { tests in
                .disjunction(tests.map { .item(Item(field: field, test: $0)) })
            }
        }
        let changesText = header.modifiers.contains { $0.isAnchor || $0.isEncoding || $0 == .cased || $0 == .expand }
        switch scalar.meaning {
        case .null:
            guard let field = header.field, !changesText else {
                report.error(
                    .invalidValue, "'null' cannot be combined with these modifiers or be a keyword", at: node.place)
                return nil
            }
            if inList {
                let hint = "write `'null'` for the text, or a map with `\(field): null` in a list of maps"
                report.warning(.invalidValue, "'null' in a list of values", at: node.place, hint: hint)
            }
            return .item(Item(field: field, test: .null))
        case .boolean(let value):
            guard !changesText else {
                report.error(.modifierConflict, "a boolean cannot be combined with these modifiers", at: node.place)
                return nil
            }
            return strings(SigmaString(literal: value ? "true" : "false"), node, header, &report)
        case .number(let number):
            guard let field = header.field, !changesText else {
                return strings(SigmaString(literal: scalar.text), node, header, &report)
            }
            return .item(Item(field: field, test: .number(number, text: scalar.text)))
        case .text:
            if header.modifiers.contains(.expand) { return expanded(scalar.text, node, header, &report) }
            return strings(SigmaString(parsing: scalar.text), node, header, &report)
        }
    }

    private func expanded(
        _ text: String, _ node: YAMLNode, _ header: ItemHeader, _ report: inout DocumentReport
    ) -> Expression? {
        switch PlaceholderText(text).expanded(with: placeholders, limit: Self.maximumVariants) {
        case .values(let values):
            var alternatives: [Expression] = []
            for value in values {
                guard let expression = strings(value, node, header, &report) else { return nil }
                alternatives.append(expression)
            }
            return .disjunction(alternatives)
        case .unresolved(let name):
            let hint = "give the placeholder its values, e.g. \(name) = value1, value2"
            report.error(
                .unresolvedPlaceholder, "no values for the placeholder '%\(name)%'", at: node.place, hint: hint)
        case .tooMany:
            report.error(.limit, "the placeholders expand to more than \(Self.maximumVariants) values", at: node.place)
        }
        return nil
    }

    /// Applies the modifiers that change text, from left to right.
    private func strings(
        _ string: SigmaString, _ node: YAMLNode, _ header: ItemHeader, _ report: inout DocumentReport
    ) -> Expression? {
        var text = TextTransform(variants: [string])
        for modifier in header.modifiers {
            guard let problem = text.apply(modifier, limit: Self.maximumVariants) else { continue }
            report.error(problem.code, problem.message, at: node.place, hint: problem.hint)
            return nil
        }
        if text.bytes != nil {
            let hint = "let `base64` or `base64offset` follow"
            report.error(.modifierConflict, "UTF-16 bytes cannot be compared with text", at: node.place, hint: hint)
            return nil
        }
        let cased = header.modifiers.contains(.cased)
        return .disjunction(
            text.variants.map { variant in
                guard let field = header.field else {
                    return .keyword(Pattern(tokens: variant.anchored(.contains).tokens, cased: cased))
                }
                return .item(Item(field: field, test: .pattern(Pattern(tokens: variant.tokens, cased: cased))))
            })
    }
}

extension Expression {
    /// `all`, without a level for a single member.
    static func conjunction(_ members: [Expression]) -> Expression { members.count == 1 ? members[0] : .all(members) }

    /// `any`, without a level for a single member.
    static func disjunction(_ members: [Expression]) -> Expression { members.count == 1 ? members[0] : .any(members) }
}
