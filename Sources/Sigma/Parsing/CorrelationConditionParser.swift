/// Parses the `condition` of a correlation together with the kind, whose fields stand in it.
struct CorrelationConditionParser {
    let type: CorrelationType

    /// The condition is `nil` where a temporal correlation leaves it out.
    func parse(
        _ pair: YAMLPair, _ report: inout DocumentReport
    ) -> (kind: Correlation.Kind, condition: Correlation.Condition?)? {
        guard let node = pair.value.value("condition"), node.scalar?.meaning != .null else {
            guard type.isTemporal else {
                report.error(.missingKey, "a '\(type.rawValue)' correlation needs a 'condition'", at: pair.place)
                return nil
            }
            return kind(fields: [], percentile: nil, pair.place, &report).map { ($0, nil) }
        }
        switch node.value {
        case .scalar(let scalar): return expression(scalar, node, &report)
        case .mapping(let pairs): return bounds(pairs, node, &report)
        case .sequence:
            report.error(.wrongType, "the condition of a correlation must be a map", at: node.place)
            return nil
        }
    }

    private func bounds(
        _ pairs: [YAMLPair], _ node: YAMLNode, _ report: inout DocumentReport
    ) -> (kind: Correlation.Kind, condition: Correlation.Condition?)? {
        var bounds: [Correlation.Bound] = []
        var fields: [String] = []
        var percentile: Double?
        for pair in pairs {
            let text = pair.value.scalar?.text
            switch pair.key {
            case "field": fields = MetadataParser.texts(pair.value)
            case "percentile": percentile = text.flatMap(DecimalText.number)
            default:
                guard let comparison = Correlation.Bound.Operator(rawValue: pair.key) else {
                    let hint = "gt, gte, lt, lte, eq, neq, field, percentile"
                    report.error(.invalidValue, "'\(pair.key)' is not known in a condition", at: pair.place, hint: hint)
                    return nil
                }
                guard let value = text.flatMap(DecimalText.number) else {
                    let message = "'\(pair.key)' takes a number, not '\(pair.value.flowText)'"
                    report.error(.invalidValue, message, at: pair.value.place)
                    return nil
                }
                bounds.append(Correlation.Bound(comparison, value))
            }
        }
        guard !bounds.isEmpty else {
            report.error(.missingKey, "the condition compares with nothing", at: node.place, hint: "add e.g. `gte: 10`")
            return nil
        }
        guard let kind = kind(fields: fields, percentile: percentile, node.place, &report) else { return nil }
        return (kind, .bounds(bounds))
    }

    private func kind(
        fields: [String], percentile: Double?, _ place: (line: Int32, column: Int32), _ report: inout DocumentReport
    ) -> Correlation.Kind? {
        switch type {
        case .eventCount: return .eventCount
        case .temporal: return .temporal
        case .temporalOrdered: return .temporalOrdered
        default: break
        }
        guard let field = fields.first else {
            report.error(.missingKey, "a '\(type.rawValue)' correlation needs a 'field' in its condition", at: place)
            return nil
        }
        guard fields.count == 1 || type == .valueCount else {
            report.error(.invalidValue, "'\(type.rawValue)' takes a single field", at: place)
            return nil
        }
        switch type {
        case .valueSum: return .valueSum(field: field)
        case .valueAverage: return .valueAverage(field: field)
        case .valueMedian: return .valuePercentile(field: field, percentile: 50)
        case .valuePercentile:
            guard let percentile, (0...100).contains(percentile) else {
                let message = "a 'value_percentile' correlation needs a 'percentile' from 0 to 100 in its condition"
                report.error(.missingKey, message, at: place)
                return nil
            }
            return .valuePercentile(field: field, percentile: percentile)
        default: return .valueCount(fields: fields)
        }
    }

    /// `a and not b`, only for temporal kinds.
    private func expression(
        _ scalar: YAMLScalar, _ node: YAMLNode, _ report: inout DocumentReport
    ) -> (kind: Correlation.Kind, condition: Correlation.Condition?)? {
        guard type.isTemporal else {
            report.error(.wrongType, "the condition of '\(type.rawValue)' must be a map", at: node.place)
            return nil
        }
        var parser = RuleExpressionParser(scalar.text)
        do {
            let expression = try parser.parse()
            guard expression.hasPositiveRule else {
                let hint = "name a rule without 'not': its event starts the window"
                report.error(
                    .conditionSyntax, "a condition of absences alone has no beginning", at: node.place, hint: hint)
                return nil
            }
            let kind = type == .temporal ? Correlation.Kind.temporal : .temporalOrdered
            return (kind, .expression(expression))
        } catch {
            let column = node.column + (scalar.plain ? Int32(clamping: error.offset) : 0)
            report.error(error.code, error.message, at: (node.line, column), hint: error.hint)
            return nil
        }
    }
}

/// The grammar of ``ConditionParser`` over names of rules, without quantifiers.
struct RuleExpressionParser {
    private let tokens: [ConditionToken]
    private var position = 0
    private var depth = 0

    init(_ text: String) {
        tokens = text.utf8.count <= ConditionParser.maximumLength ? ConditionToken.split(text) : []
    }

    mutating func parse() throws(ConditionParser.Failure) -> RuleExpression {
        let expression = try disjunction()
        guard position == tokens.count else { throw failure("'\(tokens[position].text)' was not expected here") }
        return expression
    }

    private mutating func disjunction() throws(ConditionParser.Failure) -> RuleExpression {
        var members = [try conjunction()]
        while accept("or") { members.append(try conjunction()) }
        return members.count == 1 ? members[0] : .or(members)
    }

    private mutating func conjunction() throws(ConditionParser.Failure) -> RuleExpression {
        var members = [try factor()]
        while accept("and") { members.append(try factor()) }
        return members.count == 1 ? members[0] : .and(members)
    }

    private mutating func factor() throws(ConditionParser.Failure) -> RuleExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= ConditionParser.maximumDepth else { throw failure("the condition is nested too deeply") }
        if accept("not") { return .not(try factor()) }
        if accept("(") {
            let inner = try disjunction()
            guard accept(")") else { throw failure("a ')' is missing") }
            return inner
        }
        guard position < tokens.count else { throw failure("the condition ends early") }
        let token = tokens[position]
        guard token.text != ")", !token.isWord("and"), !token.isWord("or") else {
            throw failure("'\(token.text)' was not expected here")
        }
        position += 1
        return .rule(token.text)
    }

    private mutating func accept(_ word: String) -> Bool {
        guard position < tokens.count, tokens[position].isWord(word) else { return false }
        position += 1
        return true
    }

    private func failure(_ message: String) -> ConditionParser.Failure {
        let offset = position < tokens.count ? tokens[position].offset : tokens.last?.offset ?? 0
        return ConditionParser.Failure(code: .conditionSyntax, message: message, offset: offset)
    }
}

extension RuleExpression {
    /// Whether it cannot be true before one of its rules was seen.
    var hasPositiveRule: Bool { !holds { _ in false } }

    /// Its truth, given that of the rules.
    public func holds(_ isTrue: (String) -> Bool) -> Bool {
        switch self {
        case .rule(let name): isTrue(name)
        case .not(let member): !member.holds(isTrue)
        case .and(let members): members.allSatisfy { $0.holds(isTrue) }
        case .or(let members): members.contains { $0.holds(isTrue) }
        }
    }
}
