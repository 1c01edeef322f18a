/// What the names of log sources mean on a product: which channels and event ids a `category` or `service` stands for,
/// and which event field carries what the taxonomy calls by another name.
///
/// A fact about Windows, not about rules, so it is data: `Taxonomy/windows.yml`. Log sources no entry speaks of are
/// compared with the product, category and service the event's source states (``EventKind``).
public struct Taxonomy: Sendable {
    /// One way in which a log source shows up in the evidence.
    public struct Entry: Sendable, Hashable {
        /// The product the entry belongs to.
        public var product: String
        /// The category it gives a meaning to; `nil` for the entry of a service.
        public var category: String?
        /// The service whose channels it uses.
        public var service: String?
        /// Channels, lower case. Channel names are compared without case.
        public var channels: [String]
        /// Providers, lower case; empty means any. Only asked when the kind names one.
        public var providers: [String]
        /// Event ids; empty means any.
        public var eventIDs: [Int]
        /// Further conditions: each field has one of the values (`EventType` of the registry events).
        public var conditions: [Condition]
        /// Rule field → event field.
        public var renames: [Rename]

        /// A field that must have one of some values, exactly.
        public struct Condition: Sendable, Hashable {
            /// Name of the event field that is looked at.
            public var field: String
            /// Accepted values; one of them must be equal.
            public var values: [String]
        }

        /// A field's name in the rule and in the event.
        public struct Rename: Sendable, Hashable {
            /// Field name that rules use.
            public var rule: String
            /// Field name that the events carry instead.
            public var event: String
        }
    }

    /// The entries, in file order.
    public private(set) var entries: [Entry]
    /// Why a category or service of the product never shows up in event logs ("ETW only").
    public private(set) var unavailable: [LogSource: String]

    private let byCategory: [String: [Int]]
    private let byService: [String: [Int]]

    /// A taxonomy that knows nothing: every log source is compared as it is stated.
    public init() { self.init(entries: [], unavailable: [:]) }

    init(entries: [Entry], unavailable: [LogSource: String]) {
        self.entries = entries
        self.unavailable = unavailable
        var byCategory: [String: [Int]] = [:]
        var byService: [String: [Int]] = [:]
        for (index, entry) in entries.enumerated() {
            if let category = entry.category {
                byCategory[category, default: []].append(index)
            } else if let service = entry.service {
                byService[service, default: []].append(index)
            }
        }
        self.byCategory = byCategory
        self.byService = byService
    }

    /// Both taxonomies in one; the entries of `other` come after.
    public func merging(_ other: Taxonomy) -> Taxonomy {
        Taxonomy(entries: entries + other.entries, unavailable: unavailable.merging(other.unavailable) { $1 })
    }

    /// The entries a rule's log source stands for; empty when the taxonomy does not speak of it.
    ///
    /// A rule with a category means the category's entries (of the service, when it names one too); a rule with only a
    /// service, the service's channels. A rule without a product means every product that has the category.
    public func entries(for source: LogSource) -> [Entry] {
        let candidates: [Int]
        if let category = source.category {
            candidates = byCategory[category] ?? []
        } else if let service = source.service {
            candidates = byService[service] ?? []
        } else {
            return []
        }
        return candidates.map { entries[$0] }.filter { entry in
            if let product = source.product, product != entry.product { return false }
            guard source.category != nil, let service = source.service else { return true }
            return entry.service == service
        }
    }
}

/// What is wrong with a taxonomy file.
public struct TaxonomyError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, in one line without the place.
    public var message: String
    /// 1-based; 0 when unknown.
    public var line: Int

    /// The message, after `line N:` when the line is known.
    public var description: String { line > 0 ? "line \(line): \(message)" : message }
}
