import Sigma
import Strategies

extension AlertRule {
    /// What alerts say of a rule or correlation with this metadata.
    ///
    /// Strategy and playbook come from the rule's own `siloscope` key (facts of the rule, kept with the rule).
    convenience init(metadata: Metadata, place: Place, isCorrelation: Bool, crosswalk: AttackCrosswalk) {
        let techniques = crosswalk.techniques(ofTags: metadata.tags)
        var tactics: [String] = []
        for tag in metadata.tags {
            if let tactic = AttackCrosswalk.tactic(tag), !tactics.contains(tactic) { tactics.append(tactic) }
        }
        self.init(
            id: metadata.id, title: metadata.title, level: metadata.level, description: metadata.description ?? "",
            place: place, tags: metadata.tags, techniques18: techniques.v18, techniques19: techniques.v19,
            tactics: tactics, falsePositives: metadata.falsePositives,
            strategy: metadata.custom["siloscope.strategy"] ?? "",
            response: metadata.custom["siloscope.response"] ?? "", isCorrelation: isCorrelation,
            groupBy: AlertRule.names(in: metadata.custom["siloscope.group_by"]))
    }
    /// The names in `[A, B]` or `A`, as custom keys are kept.
    private static func names(in text: String?) -> [String] {
        (text ?? "").split { "[], ".contains($0) }.map(String.init)
    }
}
