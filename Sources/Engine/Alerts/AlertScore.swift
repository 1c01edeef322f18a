public import Sigma

/// How much an alert deserves attention, 0 to 100, as the sum of parts that each say why.
///
/// The rule's level gives the base; every other part is a share of the base, so that many weak reasons never make an
/// informational alert urgent, and without any reason for or against it the priority is the level.
public struct AlertScore: Sendable, Equatable {
    /// One reason for the score.
    public struct Part: Sendable, Equatable {
        /// What a part is about.
        public enum Name: String, Sendable, CaseIterable {
            /// The rule's level: the base.
            case level
            /// How sure the attribution to the container is.
            case confidence
            /// How new the program is where it ran.
            case novelty
            /// What the host, the container or its image is worth.
            case asset
            /// Other behaviours of the same container (or host) within a day.
            case corroboration
            /// What lies above 100 or below 0.
            case bound
        }

        /// What the part is about.
        public var name: Name
        /// Points; negative where it lowers the score.
        public var value: Int
        /// Why, in a few words. May hold text of rules and of the evidence.
        public var why: String

        /// A part.
        public init(_ name: Name, _ value: Int, _ why: String) {
            self.name = name
            self.value = value
            self.why = why
        }
    }

    /// The parts, `level` first; they add up to ``value``.
    public private(set) var parts: [Part]
    /// 0 to 100.
    public private(set) var value: Int

    /// The priority of this score.
    public var priority: Priority { Priority(score: value) }

    /// Points of a level alone (severity table of the alert standards; docs/alerts.md).
    static func base(_ level: Level) -> Int {
        switch level {
        case .informational: 10
        case .low: 30
        case .medium: 50
        case .high: 75
        case .critical: 95
        }
    }

    /// A score from what is known of an alert.
    ///
    /// - Parameters:
    ///   - confidence: Of the attribution, 0 to 100; nil without a container.
    ///   - novelty: 0 (long known) to 100 (never seen); nil where nobody measured it.
    ///   - behaviours: Names of other behaviours that corroborate it.
    public init(level: Level, confidence: Int?, novelty: Int?, asset: AssetWeights.Verdict, behaviours: [String]) {
        let base = Double(AlertScore.base(level))
        func share(_ factor: Double) -> Int { Int((base * factor).rounded()) }
        parts = [Part(.level, AlertScore.base(level), level.rawValue)]
        if let confidence {
            let doubt = Double(100 - min(max(confidence, 0), 100)) / 100
            parts.append(Part(.confidence, share(-0.4 * doubt), "\(confidence) % sure of the container"))
        } else {
            parts.append(Part(.confidence, 0, "no container"))
        }
        if let novelty {
            let distance = Double(min(max(novelty, 0), 100) - 50) / 50
            parts.append(Part(.novelty, share(0.15 * distance), "\(novelty) of 100"))
        } else {
            parts.append(Part(.novelty, 0, "not measured"))
        }
        parts.append(Part(.asset, share(asset.weight.factor), asset.why))
        let counted = min(behaviours.count, AlertScore.mostBehaviours)
        // A host does many things that have nothing to do with each other; a container does one.
        let each = confidence == nil ? 0.035 : 0.07
        parts.append(
            Part(.corroboration, share(each * Double(counted)), AlertScore.corroboration(by: behaviours)))
        let sum = parts.reduce(0) { $0 + $1.value }
        value = min(max(sum, 0), 100)
        if sum != value { parts.append(Part(.bound, value - sum, sum > 100 ? "at most 100" : "at least 0")) }
    }

    /// Further behaviours beyond these add nothing.
    static let mostBehaviours = 3

    private static func corroboration(by behaviours: [String]) -> String {
        guard !behaviours.isEmpty else { return "nothing else within 24 h" }
        let shown = behaviours.prefix(mostBehaviours).joined(separator: ", ")
        let noun = behaviours.count == 1 ? "other behaviour" : "other behaviours"
        return "\(behaviours.count) \(noun) within 24 h: \(shown)" + (behaviours.count > mostBehaviours ? ", …" : "")
    }
}
