/// Parses a `condition` over search identifiers.
///
/// ```
/// or-expression   = and-expression ("or" and-expression)*
/// and-expression  = factor ("and" factor)*
/// factor          = "not" factor | "(" or-expression ")" | quantifier "of" (pattern | "them") | identifier
/// quantifier      = "1" | "any" | "all"
/// ```
/// Keywords in any case. A pattern (`*` anywhere) and `them` skip identifiers that start with `_`, unless the pattern does.
struct ConditionParser {
    /// Why a condition was not accepted.
    struct Failure: Error {
        var code: Diagnostic.Code
        var message: String
        var hint: String?
        /// Scalars from the start of the condition.
        var offset: Int
    }

    /// Deepest nesting of parentheses and `not`.
    static let maximumDepth = 64
    /// Longest condition, bytes.
    static let maximumLength = 64 * 1024

    /// The identifiers, in the order of the file.
    let identifiers: [(name: String, expression: Expression)]
    /// Those that conditions parsed so far refer to.
    private(set) var used: Set<String> = []

    /// Most comparisons that a condition may stand for, counting an identifier as often as it is used.
    static let maximumComparisons = 200_000

    private let index: [String: Int]
    private var comparisons = 0
    private var tokens: [ConditionToken] = []
    private var position = 0
    private var depth = 0

    init(identifiers: [(name: String, expression: Expression)]) {
        self.identifiers = identifiers
        index = Dictionary(identifiers.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    mutating func parse(_ text: String) throws(Failure) -> Outline {
        if identifiers.count == 1, text == identifiers[0].name {
            used.insert(text)
            return .identifier(text, identifiers[0].expression)
        }
        guard text.utf8.count <= Self.maximumLength else {
            throw Failure(code: .limit, message: "the condition is longer than \(Self.maximumLength) bytes", offset: 0)
        }
        tokens = ConditionToken.split(text)
        position = 0
        depth = 0
        if let pipe = tokens.first(where: { $0.text.contains("|") }) {
            let hint = "aggregations of Sigma 1 are gone; write a correlation rule (event_count, value_count, temporal)"
            throw Failure(
                code: .aggregation, message: "the condition uses an aggregation ('\(pipe.text)')", hint: hint,
                offset: pipe.offset)
        }
        guard !tokens.isEmpty else { throw failure("the condition is empty", at: 0) }
        let outline = try disjunction()
        if let rest = peek() {
            throw failure(
                "'\(rest.text)' was not expected here", at: rest.offset, hint: "an 'and' or 'or' may be missing")
        }
        return outline
    }

    // MARK: - grammar

    private mutating func disjunction() throws(Failure) -> Outline {
        var members = [try conjunction()]
        while accept("or") { members.append(try conjunction()) }
        return members.count == 1 ? members[0] : .any(members, label: nil)
    }

    private mutating func conjunction() throws(Failure) -> Outline {
        var members = [try factor()]
        while accept("and") { members.append(try factor()) }
        return members.count == 1 ? members[0] : .all(members, label: nil)
    }

    private mutating func factor() throws(Failure) -> Outline {
        guard let token = peek() else { throw failure("the condition ends early", at: end) }
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else {
            throw Failure(code: .limit, message: "the condition is nested too deeply", offset: token.offset)
        }
        position += 1
        if token.isWord("not") { return .not(try factor()) }
        if token.text == "(" {
            let inner = try disjunction()
            guard accept(")") else { throw failure("a ')' is missing", at: peek()?.offset ?? end) }
            return inner
        }
        if token.text == ")" || token.isWord("and") || token.isWord("or") {
            throw failure("'\(token.text)' was not expected here", at: token.offset)
        }
        if let next = peek(), next.isWord("of") {
            position += 1
            return try quantified(token)
        }
        return try identifier(token)
    }

    private mutating func identifier(_ token: ConditionToken) throws(Failure) -> Outline {
        guard let found = index[token.text] else {
            let isPattern = token.text.contains("*") || token.text == "them"
            let known = identifiers.map { "'\($0.name)'" }.prefix(8).joined(separator: ", ")
            let hint = isPattern ? "write '1 of \(token.text)' or 'all of \(token.text)'" : "the rule has \(known)"
            throw Failure(
                code: .unknownIdentifier, message: "no search identifier '\(token.text)'", hint: hint,
                offset: token.offset)
        }
        used.insert(token.text)
        try count(identifiers[found].expression, token)
        return .identifier(token.text, identifiers[found].expression)
    }

    private mutating func quantified(_ quantifier: ConditionToken) throws(Failure) -> Outline {
        let all = quantifier.isWord("all")
        guard all || quantifier.text == "1" || quantifier.isWord("any") else {
            let hint = "Sigma knows '1 of', 'any of' and 'all of'"
            throw failure("'\(quantifier.text) of' is no quantifier", at: quantifier.offset, hint: hint)
        }
        guard let pattern = peek(), pattern.text != "(", pattern.text != ")" else {
            throw failure("a pattern or 'them' is missing behind 'of'", at: peek()?.offset ?? end)
        }
        position += 1
        let everything = pattern.text == "them"
        let hidden = pattern.text.hasPrefix("_")
        let matcher = NamePattern(everything ? "*" : pattern.text)
        let members = identifiers.filter { (hidden || !$0.name.hasPrefix("_")) && matcher.matches($0.name) }
        guard !members.isEmpty else {
            let message = "no search identifier matches '\(pattern.text)'"
            throw Failure(code: .unknownIdentifier, message: message, offset: pattern.offset)
        }
        comparisons += identifiers.count
        for member in members {
            used.insert(member.name)
            try count(member.expression, pattern)
        }
        let label = "\(quantifier.text) of \(pattern.text)"
        let outlines = members.map { Outline.identifier($0.name, $0.expression) }
        return all ? .all(outlines, label: label) : .any(outlines, label: label)
    }

    private mutating func count(_ expression: Expression, _ token: ConditionToken) throws(Failure) {
        comparisons += expression.comparisonCount
        guard comparisons <= Self.maximumComparisons else {
            let message = "the condition stands for more than \(Self.maximumComparisons) comparisons"
            throw Failure(code: .limit, message: message, offset: token.offset)
        }
    }

    // MARK: - tokens

    private func peek() -> ConditionToken? { position < tokens.count ? tokens[position] : nil }

    private var end: Int { tokens.last.map { $0.offset + $0.text.unicodeScalars.count } ?? 0 }

    private mutating func accept(_ word: String) -> Bool {
        guard let token = peek(), token.isWord(word) else { return false }
        position += 1
        return true
    }

    private func failure(_ message: String, at offset: Int, hint: String? = nil) -> Failure {
        Failure(code: .conditionSyntax, message: message, hint: hint, offset: offset)
    }
}

extension Expression {
    /// How many comparisons and keywords it is made of.
    var comparisonCount: Int {
        switch self {
        case .all(let members), .any(let members): members.reduce(0) { $0 + $1.comparisonCount }
        case .not(let member): member.comparisonCount
        case .item, .keyword: 1
        }
    }
}
