/// Correlations prepared for streaming: who refers to whom, and which fields must travel.
struct CorrelationPlan: Sendable {
    let correlations: [PlannedCorrelation]
    /// Those with a deadline.
    let absences: [Int]
    private let parentsOfRule: [Int: [Int]]
    private let parentsOfCorrelation: [[Int]]
    private let fieldsOfRule: [Int: [String]]

    init(_ set: RuleSet) {
        let planned = set.correlations.indices.map { PlannedCorrelation(set.correlations[$0], set.references[$0]) }
        correlations = planned
        absences = planned.indices.filter { planned[$0].isAbsence }
        var ofRule: [Int: [Int]] = [:]
        var ofCorrelation = [[Int]](repeating: [], count: planned.count)
        // Children first, so that a parent sees the hit of a child after the child's own event.
        for index in set.correlationOrder {
            for member in Set(planned[index].members) {
                switch member {
                case .rule(let rule): ofRule[rule, default: []].append(index)
                case .correlation(let child): ofCorrelation[child].append(index)
                }
            }
        }
        parentsOfRule = ofRule
        parentsOfCorrelation = ofCorrelation
        fieldsOfRule = Self.travellingFields(planned, parentsFirst: set.correlationOrder.reversed())
    }

    func parents(of reference: RuleSet.Reference) -> [Int] {
        switch reference {
        case .rule(let rule): parentsOfRule[rule] ?? []
        case .correlation(let index): parentsOfCorrelation[index]
        }
    }

    func neededFields(ofRule rule: Int) -> [String] { fieldsOfRule[rule] ?? [] }

    /// A correlation asks its members for its own fields and for those that its parents ask of it, except what it can
    /// answer from its group.
    private static func travellingFields(
        _ planned: [PlannedCorrelation], parentsFirst: [Int]
    ) -> [Int: [String]] {
        var asked = [Set<String>](repeating: [], count: planned.count)
        var ofRule: [Int: Set<String>] = [:]
        for index in parentsFirst {
            let correlation = planned[index]
            let inherited = asked[index].subtracting(correlation.groupBy)
            for (position, member) in correlation.members.enumerated() {
                let fields = inherited.union(correlation.fields(ofMember: position))
                switch member {
                case .rule(let rule): ofRule[rule, default: []].formUnion(fields)
                case .correlation(let child): asked[child].formUnion(fields)
                }
            }
        }
        return ofRule.mapValues { $0.sorted() }
    }
}

/// One correlation, with its fields resolved per member.
struct PlannedCorrelation: Sendable {
    let kind: Correlation.Kind
    let condition: Correlation.Condition
    let timespan: Int64
    let groupBy: [String]
    let members: [RuleSet.Reference]
    /// Names as the condition uses them, parallel to `members`.
    let memberNames: [String]
    /// Per member the event's field for each of `groupBy`.
    let groupFields: [[String]]
    /// Per member the event's field for each value that is counted.
    let valueFields: [[String]]
    let isAbsence: Bool

    init(_ correlation: Correlation, _ references: [RuleSet.Reference]) {
        kind = correlation.kind
        condition = correlation.condition
        timespan = correlation.timespan
        groupBy = correlation.groupBy
        members = references
        memberNames = correlation.rules
        let names = correlation.rules
        let values = correlation.kind.fields
        func resolve(_ fields: [String]) -> [[String]] {
            names.map { name in fields.map { correlation.aliases[$0]?[name] ?? $0 } }
        }
        groupFields = resolve(correlation.groupBy)
        valueFields = resolve(values)
        if case .expression(let expression) = correlation.condition {
            isAbsence = expression.hasNegation
        } else {
            isAbsence = false
        }
    }

    func fields(ofMember position: Int) -> [String] { groupFields[position] + valueFields[position] }

    /// The positions at which `source` is a member; a rule listed twice has two.
    func positions(of source: RuleSet.Reference) -> [Int] { members.indices.filter { members[$0] == source } }
}

extension Correlation.Kind {
    /// The fields whose values are counted.
    var fields: [String] {
        switch self {
        case .valueCount(let fields): fields
        case .valueSum(let field), .valueAverage(let field), .valuePercentile(let field, _): [field]
        case .eventCount, .temporal, .temporalOrdered: []
        }
    }
}

extension RuleExpression {
    /// Rules and negated rules, joined by `and`.
    var isPlainConjunction: Bool {
        switch self {
        case .rule, .not(.rule): true
        case .and(let members): members.allSatisfy(\.isPlainConjunction)
        case .not, .or: false
        }
    }

    var hasNegation: Bool {
        switch self {
        case .rule: false
        case .not: true
        case .and(let members), .or(let members): members.contains(where: \.hasNegation)
        }
    }

    /// The rules under an even number of `not`s: those whose events can make the expression true.
    func positiveRules(negated: Bool = false) -> Set<String> {
        switch self {
        case .rule(let name): negated ? [] : [name]
        case .not(let member): member.positiveRules(negated: !negated)
        case .and(let members), .or(let members):
            members.reduce(into: []) { $0.formUnion($1.positiveRules(negated: negated)) }
        }
    }
}
