public import Sigma
public import Strategies

/// All rules of a hunt, compiled: what the workers match with and what alerts say of each rule.
public struct RuleBook: Sendable {
    /// Rules, correlations and filters, put together.
    public let ruleSet: RuleSet
    /// The compiled matcher; its rule indices are those of ``RuleSet/rules``, then those of ``suppression``.
    public let program: Program
    /// What alerts say, by index of ``RuleSet/rules``.
    public let alertRules: [AlertRule]
    /// What alerts say, by index of ``RuleSet/correlations``.
    public let alertCorrelations: [AlertRule]
    /// The strategies in use.
    public let strategies: [Strategy]
    /// How hits that filters hide are counted.
    let suppression: SuppressionPlan
    /// What log sources and field names mean.
    let taxonomy: Taxonomy

    /// Compiles a rule set.
    public init(ruleSet: RuleSet, strategies: [Strategy], ignoreLogSource: Bool) throws(TaxonomyError) {
        self.ruleSet = ruleSet
        self.strategies = strategies
        taxonomy = try Taxonomy.builtin()
        suppression = SuppressionPlan(ruleSet)
        program = Program(
            rules: ruleSet.rules + suppression.rules, taxonomy: taxonomy, ignoreLogSource: ignoreLogSource)
        let crosswalk = AttackCrosswalk.builtin
        alertRules = ruleSet.rules.map {
            AlertRule(metadata: $0.metadata, place: $0.place, isCorrelation: false, crosswalk: crosswalk)
        }
        alertCorrelations = ruleSet.correlations.map {
            AlertRule(metadata: $0.metadata, place: $0.place, isCorrelation: true, crosswalk: crosswalk)
        }
    }
}
