/// Why a rule does or does not match an event: its condition with the truth of every node.
public struct Explanation: Sendable, Equatable {
    /// `and`, `or`, `not`, `all of selection_*`, the name of an identifier, or the comparison of an item.
    public var label: String
    /// Whether this node of the condition is true for the event.
    public var holds: Bool
    /// For a comparison that holds: the value that made it so.
    public var matched: MatchedField?
    /// For a comparison: the values the event has for its field; `nil` when the field is absent or it is no comparison.
    public var values: [String]?
    /// The nodes it is made of, in the order of the rule; empty for a comparison.
    public var children: [Explanation]
}

/// A value of the event that satisfied a comparison.
public struct MatchedField: Sendable, Hashable {
    /// The field; for a keyword the one it was found in.
    public var field: String
    /// Text of the event's value that satisfied the comparison, unshortened.
    public var value: String
    /// The comparison in words: `endswith '\cmd.exe'`.
    public var test: String
}

extension Evaluator {
    /// The rule's condition with the truth of each node.
    public func explain(_ rule: Rule, fields: Fields) -> Explanation { explain(rule.outline, fields: fields) }

    /// The comparisons that made the rule match: those that hold, under nodes that hold, not under a negation. Each once,
    /// in the order of the rule; empty when it does not match.
    public func matchedFields(_ rule: Rule, fields: Fields) -> [MatchedField] {
        var found: [MatchedField] = []
        var seen: Set<MatchedField> = []
        _ = collect(rule.condition, fields, &found, &seen)
        return found
    }

    /// The truth of an expression; what it added to `found` is taken back when it is false. One visit per node.
    private func collect(
        _ expression: Expression, _ fields: Fields, _ found: inout [MatchedField], _ seen: inout Set<MatchedField>
    ) -> Bool {
        let before = found.count
        var holds: Bool
        switch expression {
        case .all(let members): holds = members.allSatisfy { collect($0, fields, &found, &seen) }
        case .any(let members):
            holds = false
            for member in members where collect(member, fields, &found, &seen) { holds = true }
        case .not(let member): return !matches(member, fields: fields)
        case .item(let item):
            guard matches(item, fields: fields) else { return false }
            if let field = matchedField(expression, fields), seen.insert(field).inserted { found.append(field) }
            return true
        case .keyword:
            guard let field = matchedField(expression, fields) else { return false }
            if seen.insert(field).inserted { found.append(field) }
            return true
        }
        if !holds {
            for field in found[before...] { seen.remove(field) }
            found.removeSubrange(before...)
        }
        return holds
    }

    private func explain(_ outline: Outline, fields: Fields) -> Explanation {
        switch outline {
        case .all(let members, let label):
            return node(label ?? "and", members.map { explain($0, fields: fields) }) { $0.allSatisfy(\.holds) }
        case .any(let members, let label):
            return node(label ?? "or", members.map { explain($0, fields: fields) }) { $0.contains(where: \.holds) }
        case .not(let member):
            return node("not", [explain(member, fields: fields)]) { !$0.contains(where: \.holds) }
        case .identifier(let name, let expression):
            var inner = explain(expression, fields: fields)
            if inner.children.isEmpty { inner = node("", [inner]) { $0.contains(where: \.holds) } }
            inner.label = inner.label.isEmpty ? name : "\(name) (\(inner.label))"
            return inner
        }
    }

    private func explain(_ expression: Expression, fields: Fields) -> Explanation {
        switch expression {
        case .all(let members):
            return node("all of", members.map { explain($0, fields: fields) }) { $0.allSatisfy(\.holds) }
        case .any(let members):
            return node("one of", members.map { explain($0, fields: fields) }) { $0.contains(where: \.holds) }
        case .not(let member):
            return node("not", [explain(member, fields: fields)]) { !$0.contains(where: \.holds) }
        case .item(let item):
            return Explanation(
                label: "\(item.field) \(item.test)", holds: matches(item, fields: fields),
                matched: matchedField(expression, fields), values: fields[item.field], children: [])
        case .keyword(let pattern):
            return Explanation(
                label: "keyword \(pattern)", holds: matches(expression, fields: fields),
                matched: matchedField(expression, fields), values: nil, children: [])
        }
    }

    private func node(
        _ label: String, _ children: [Explanation], _ holds: ([Explanation]) -> Bool
    ) -> Explanation {
        Explanation(label: label, holds: holds(children), matched: nil, values: nil, children: children)
    }

    private func matchedField(_ expression: Expression, _ fields: Fields) -> MatchedField? {
        switch expression {
        case .item(let item):
            return matchingValue(item, fields: fields).map {
                MatchedField(field: item.field, value: $0, test: item.test.description)
            }
        case .keyword(let pattern):
            for (field, values) in fields.sorted(by: { $0.key < $1.key }) {
                guard let value = values.first(where: { Self.matches(pattern, $0) }) else { continue }
                return MatchedField(field: field, value: value, test: "keyword \(pattern)")
            }
            return nil
        default: return nil
        }
    }
}

extension Explanation: CustomStringConvertible {
    /// An indented tree, `✓` and `✗` before each node.
    public var description: String { lines(indent: "").joined(separator: "\n") }

    private func lines(indent: String) -> [String] {
        var line = "\(indent)\(holds ? "✓" : "✗") \(label)"
        if let matched {
            line += "  ← \(matched.value)"
        } else if let values, !holds {
            line += "  ← \(values.joined(separator: " | "))"
        }
        return [line] + children.flatMap { $0.lines(indent: indent + "  ") }
    }
}
