/// Parses the search identifiers and the condition of a rule's `detection` or of a `filter`.
struct DetectionParser {
    /// Deepest nesting of lists inside an identifier.
    static let maximumDepth = 16

    let items: ItemParser

    /// `reserved`: keys that are no search identifiers. `nil` when rejected, with diagnostics.
    func parse(_ node: YAMLNode, reserved: Set<String>, _ report: inout DocumentReport) -> Outline? {
        guard let pairs = node.pairs else {
            report.error(.wrongType, "expected a map of search identifiers, found \(node.kindName)", at: node.place)
            return nil
        }
        var identifiers: [(name: String, expression: Expression)] = []
        var condition: YAMLPair?
        for pair in pairs {
            if pair.key == "condition" {
                condition = pair
            } else if !reserved.contains(pair.key) {
                guard let expression = identifier(pair.value, depth: 0, &report) else { continue }
                identifiers.append((pair.key, expression))
            } else if pair.key == "timeframe" {
                report.warning(
                    .aggregation, "'timeframe' belongs to aggregations of Sigma 1 and is not used", at: pair.place)
            }
        }
        guard let condition else {
            report.error(.missingKey, "a 'condition' is missing", at: node.place)
            return nil
        }
        guard !report.rejected else { return nil }
        return outline(condition, identifiers, pairs, &report)
    }

    private func outline(
        _ condition: YAMLPair, _ identifiers: [(name: String, expression: Expression)], _ pairs: [YAMLPair],
        _ report: inout DocumentReport
    ) -> Outline? {
        var parser = ConditionParser(identifiers: identifiers)
        var outlines: [Outline] = []
        let nodes = condition.value.items ?? [condition.value]
        guard !nodes.isEmpty else {
            report.error(.conditionSyntax, "the list of conditions is empty", at: condition.place)
            return nil
        }
        for node in nodes {
            guard let scalar = node.scalar else {
                report.error(.wrongType, "a condition must be text, not \(node.kindName)", at: node.place)
                return nil
            }
            do {
                outlines.append(try parser.parse(scalar.text))
            } catch {
                // In a plain scalar of one line the place inside is known; else the start of the scalar.
                let inside = scalar.plain && !scalar.text.contains("\n")
                let column = node.column + (inside ? Int32(clamping: error.offset) : 0)
                report.error(error.code, error.message, at: (node.line, column), hint: error.hint)
                return nil
            }
        }
        let names = Set(identifiers.map(\.name))
        for pair in pairs where names.contains(pair.key) && !parser.used.contains(pair.key) && !pair.key.hasPrefix("_")
        {
            report.warning(.unusedIdentifier, "the condition does not use '\(pair.key)'", at: pair.place)
        }
        return outlines.count == 1 ? outlines[0] : .any(outlines, label: "one of the conditions")
    }

    /// What a search identifier stands for: a map (all of its items), a list of maps (any), keywords (any).
    private func identifier(_ node: YAMLNode, depth: Int, _ report: inout DocumentReport) -> Expression? {
        guard depth < Self.maximumDepth else {
            report.error(.limit, "lists are nested deeper than \(Self.maximumDepth)", at: node.place)
            return nil
        }
        switch node.value {
        case .scalar:
            return items.keyword(node, &report)
        case .mapping(let pairs):
            guard !pairs.isEmpty else {
                report.error(.invalidValue, "an empty map matches everything", at: node.place)
                return nil
            }
            var members: [Expression] = []
            members.reserveCapacity(pairs.count)
            for pair in pairs {
                guard let member = items.parse(pair, &report) else { continue }
                members.append(member)
            }
            return members.count == pairs.count ? .conjunction(members) : nil
        case .sequence(let elements):
            guard !elements.isEmpty else {
                report.error(.invalidValue, "an empty list matches nothing", at: node.place)
                return nil
            }
            var members: [Expression] = []
            members.reserveCapacity(elements.count)
            for element in elements {
                guard let member = identifier(element, depth: depth + 1, &report) else { continue }
                members.append(member)
            }
            return members.count == elements.count ? .disjunction(members) : nil
        }
    }
}
