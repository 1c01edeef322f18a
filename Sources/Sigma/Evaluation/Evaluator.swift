import Patterns

/// Decides whether an event matches, slowly and plainly: the definition that the compiled matcher is tested against, and
/// what explanations are made with.
///
/// Not for many threads: it keeps the scratch memory of regular expressions.
public final class Evaluator {
    /// Fields of an event: name → values. A present, empty field is `[""]`; an absent one is missing.
    public typealias Fields = [String: [String]]

    private var expressions: [RegularExpression: CompiledPattern] = [:]
    private let matcher: PatternMatcher?
    /// How often a regular expression reached its bound; each counts as "does not match".
    public private(set) var gaveUp = 0

    /// An evaluator whose regular expressions stop at `limits`; an expression that reaches them does not match.
    public init(limits: PatternMatcher.Limits = PatternMatcher.Limits()) { matcher = PatternMatcher(limits: limits) }

    /// The truth of `expression` for an event.
    public func matches(_ expression: Expression, fields: Fields) -> Bool {
        switch expression {
        case .all(let members): members.allSatisfy { matches($0, fields: fields) }
        case .any(let members): members.contains { matches($0, fields: fields) }
        case .not(let member): !matches(member, fields: fields)
        case .item(let item): matches(item, fields: fields)
        case .keyword(let pattern): fields.values.contains { $0.contains { Self.matches(pattern, $0) } }
        }
    }

    /// The truth of one comparison.
    public func matches(_ item: Item, fields: Fields) -> Bool {
        switch item.test {
        case .null: fields[item.field] == nil
        case .exists(let present): (fields[item.field] != nil) == present
        default: matchingValue(item, fields: fields) != nil
        }
    }

    /// The first value of the field that makes the comparison true.
    func matchingValue(_ item: Item, fields: Fields) -> String? {
        guard let values = fields[item.field] else { return nil }
        return values.first { matches(item.test, $0, fields) }
    }

    private func matches(_ test: Test, _ value: String, _ fields: Fields) -> Bool {
        switch test {
        case .pattern(let pattern): Self.matches(pattern, value)
        case .number(let number, let text):
            value.unicodeScalars.elementsEqual(text.unicodeScalars) || DecimalText.number(value) == number
        case .regularExpression(let expression): search(expression, value)
        case .network(let network): network.contains(text: value)
        case .compare(let comparison, let number):
            DecimalText.number(value).map { comparison.holds($0, number) } ?? false
        case .fieldReference(let field, let anchor, let cased):
            (fields[field] ?? []).contains { anchor.holds(value, $0, cased: cased) }
        case .timePart(let part, let number): part.value(of: value) == number
        case .null: false
        case .exists(let present): present
        }
    }

    private func search(_ expression: RegularExpression, _ value: String) -> Bool {
        guard let matcher else { return false }
        let pattern: CompiledPattern
        if let known = expressions[expression] {
            pattern = known
        } else {
            // The parser has compiled every expression once, so this fails only for an expression made by hand.
            guard let compiled = try? CompiledPattern(expression) else { return false }
            expressions[expression] = compiled
            pattern = compiled
        }
        switch matcher.firstMatch(of: pattern, in: value) {
        case .matched: return true
        case .none: return false
        case .limitExceeded:
            gaveUp += 1
            return false
        }
    }

    /// Full-value match of a pattern.
    static func matches(_ pattern: Pattern, _ value: String) -> Bool {
        ASCIIMatch.matches(pattern, value) ?? plainlyMatches(pattern, value)
    }

    /// The same, without looking for a short cut.
    static func plainlyMatches(_ pattern: Pattern, _ value: String) -> Bool {
        let text = pattern.cased ? Array(value.unicodeScalars) : CaseFolding.fold(value)
        let steps: [WildcardMatch.Step] = pattern.tokens.flatMap { token -> [WildcardMatch.Step] in
            switch token {
            case .anyRun: [.run]
            case .anyOne: [.one]
            case .literal(let literal):
                (pattern.cased ? Array(literal.unicodeScalars) : CaseFolding.fold(literal)).map { .scalar($0) }
            }
        }
        return WildcardMatch.matches(steps, text)
    }
}

extension Comparison {
    /// Whether `left` compares so with `right`.
    public func holds(_ left: Double, _ right: Double) -> Bool {
        switch self {
        case .lt: left < right
        case .lte: left <= right
        case .gt: left > right
        case .gte: left >= right
        }
    }
}

extension Anchor {
    /// Whether `part` stands so in `text`.
    func holds(_ text: String, _ part: String, cased: Bool) -> Bool {
        let text = cased ? Array(text.unicodeScalars) : CaseFolding.fold(text)
        let part = cased ? Array(part.unicodeScalars) : CaseFolding.fold(part)
        guard part.count <= text.count else { return false }
        switch self {
        case .whole: return text == part
        case .start: return text.starts(with: part)
        case .end: return text.suffix(part.count).elementsEqual(part)
        case .anywhere: return (0...(text.count - part.count)).contains { text[$0...].starts(with: part) }
        }
    }
}
