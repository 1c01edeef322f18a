/// What hosts, containers and images are worth to their owner, as patterns of names.
///
/// Names are the adversary's: whoever makes a container names it. So the heaviest pattern that matches counts, never a
/// lighter one beside it, and a name can only lower an alert that no heavier pattern matches.
public struct AssetWeights: Sendable, Equatable {
    /// The weight of an asset.
    public enum Weight: String, Sendable, CaseIterable, Comparable {
        case low, normal, high, critical

        /// The share of the level's points that it adds.
        var factor: Double {
            switch self {
            case .low: -0.2
            case .normal: 0
            case .high: 0.1
            case .critical: 0.2
            }
        }

        /// Orders weights, lightest first.
        public static func < (left: Weight, right: Weight) -> Bool { left.factor < right.factor }
    }

    /// Which name a pattern is compared with.
    public enum Subject: String, Sendable, CaseIterable {
        case host, container, image
        /// Any of them.
        case any
    }

    /// One line of the list.
    public struct Entry: Sendable, Equatable {
        /// Which name it is about.
        public var subject: Subject
        /// `*` stands for any run of characters, `?` for one; without case.
        public var pattern: String
        /// What it is worth.
        public var weight: Weight

        /// An entry.
        public init(subject: Subject, pattern: String, weight: Weight) {
            self.subject = subject
            self.pattern = pattern
            self.weight = weight
        }
    }

    /// What the list says of an alert, and why.
    public struct Verdict: Sendable, Equatable {
        /// The weight.
        public var weight: Weight
        /// Why, for people.
        public var why: String

        /// A verdict; without arguments that of an asset nobody listed.
        public init(weight: Weight = .normal, why: String = "normal") {
            self.weight = weight
            self.why = why
        }
    }

    /// The entries, in the order given; of equals the first is named as the reason.
    public private(set) var entries: [Entry] = []
    private var patterns: [NamePattern] = []

    /// A list of nothing: everything is normal.
    public init() {}

    /// Adds an entry.
    public mutating func add(_ entry: Entry) {
        entries.append(entry)
        patterns.append(NamePattern(entry.pattern))
    }

    /// What an alert's host and container are worth. O(entries × length of the names).
    public func verdict(host: String, container: AlertContainer?) -> Verdict {
        var heaviest: Int?
        for (index, entry) in entries.enumerated() {
            if let known = heaviest, entries[known].weight >= entry.weight { continue }
            if matches(index, host: host, container: container) { heaviest = index }
        }
        guard let heaviest else { return Verdict() }
        let entry = entries[heaviest]
        let subject = entry.subject == .any ? "" : entry.subject.rawValue + " "
        return Verdict(weight: entry.weight, why: "\(entry.weight.rawValue): \(subject)\(entry.pattern)")
    }

    private func matches(_ index: Int, host: String, container: AlertContainer?) -> Bool {
        let pattern = patterns[index]
        switch entries[index].subject {
        case .host: return pattern.matches(host)
        case .container: return container.map { pattern.matches($0.name) || pattern.matches($0.id) } ?? false
        case .image: return container.map { pattern.matches($0.image) } ?? false
        case .any:
            if pattern.matches(host) { return true }
            guard let container else { return false }
            return [container.name, container.id, container.image].contains(where: pattern.matches)
        }
    }
}
