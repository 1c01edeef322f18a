import Sigma

/// A narrow exception for one alert that a person has marked as a false positive: a Sigma filter over the fields of its
/// event that an adversary cannot simply choose.
///
/// One condition of each kind is taken, all must hold: the digest (of the image or the file), the program's full path, the
/// command line, the user, and what else the rule looked at. At least one of the first three must be there. Names of
/// containers and hosts and labels are the adversary's text and are never used.
public struct ExceptionProposal: Sendable {
    /// One condition.
    public struct Condition: Sendable, Equatable {
        /// The field as the rule calls it.
        public var field: String
        /// Its whole value, or the expression that it must match.
        public var value: String
        /// Whether ``value`` is a regular expression.
        public var isExpression = false
    }

    /// Who answers for the exception, why, and until when.
    public struct Terms: Sendable {
        /// Who answers for it; empty if not said.
        public var owner: String
        /// Why; empty if not said.
        public var reason: String
        /// Its last day, `2027-02-22`.
        public var expires: String
        /// The day it is written.
        public var date: String

        /// Terms.
        public init(owner: String, reason: String, expires: String, date: String) {
            self.owner = owner
            self.reason = reason
            self.expires = expires
            self.date = date
        }
    }

    /// Why no exception can be proposed.
    public enum Refusal: String, Error, Sendable {
        /// Nothing in the event but names and labels tells it from an attack.
        case onlyNames
        /// The alert is a correlation's: filters apply to rules. Its members can be marked.
        case correlation
        /// The rule has neither id nor name, so a filter cannot name it.
        case namelessRule
        /// The rule is not among those loaded.
        case unknownRule
    }

    /// The alert it was made from.
    public let alert: Alert
    /// The conditions, strongest first.
    public let conditions: [Condition]
    /// The filter's YAML, with a line feed at its end.
    public let yaml: String
    /// How the filter names the rule.
    public let ruleReference: String

    /// Longest value of a condition, in UTF-8 bytes; longer ones are not used.
    static let longestValue = 4_096
    /// Most conditions.
    static let mostConditions = 6

    /// A proposal for an alert of a rule of the book.
    ///
    /// - Throws: ``Refusal``.
    public init(for alert: Alert, in book: RuleBook, terms: Terms) throws(Refusal) {
        guard !alert.rule.isCorrelation else { throw .correlation }
        guard let index = book.alertRules.firstIndex(where: { $0 === alert.rule }) else { throw .unknownRule }
        let rule = book.ruleSet.unfilteredRule(index)
        let reference = rule.metadata.id.isEmpty ? rule.metadata.name ?? "" : rule.metadata.id
        guard !reference.isEmpty else { throw .namelessRule }
        self.alert = alert
        ruleReference = reference
        let fields = book.fields(of: alert, for: rule)
        conditions = ExceptionProposal.choose(from: fields, matched: alert.matched.map(\.field))
        guard conditions.contains(where: { $0.isExpression || FieldKind.of($0.field, $0.value).isStrong }) else {
            throw .onlyNames
        }
        yaml = ExceptionProposal.yaml(for: rule, reference, conditions, alert, terms)
    }

    /// The strongest field of each kind, then what the rule looked at.
    static func choose(from fields: [String: [String]], matched: [String]) -> [Condition] {
        var chosen: [Condition] = []
        var used: Set<FieldKind> = []
        let usable = fields.filter { isUsable(field: $0.key) && $0.value.count == 1 && isUsable($0.value[0]) }
            .mapValues { $0[0] }
        let ranked = usable.map { (field: $0.key, value: $0.value, kind: FieldKind.of($0.key, $0.value)) }
            .sorted {
                ($0.kind, FieldKind.place(of: $0.field), $0.field) < ($1.kind, FieldKind.place(of: $1.field), $1.field)
            }
        for candidate in ranked where candidate.kind < .other && used.insert(candidate.kind).inserted {
            chosen.append(condition(candidate.field, candidate.value))
        }
        // What the rule looked at bounds the behaviour; several values of a field cannot bound it.
        for field in matched where chosen.count < mostConditions && !chosen.contains(where: { $0.field == field }) {
            guard !said.contains(field), !isComputed(field), let value = usable[field],
                FieldKind.of(field, value) != .name
            else {
                continue
            }
            chosen.append(condition(field, value))
        }
        return Array(chosen.prefix(mostConditions))
    }

    /// Whether a field is computed from other records (docs/fields.md): its value is another one the next time.
    private static func isComputed(_ field: String) -> Bool {
        guard let dot = field.firstIndex(of: ".") else { return false }
        return computed.contains(String(field[..<dot]))
    }

    private static let computed: Set<String> = [
        "Beacon", "Cleared", "Clock", "Container", "Coverage", "Damage", "Evidence", "Flow", "Gap", "Life", "Log",
        "Program", "Scan", "Silo", "Transfer", "Tunnel",
    ]

    /// What a rule says as exactly itself, or the command line says already.
    private static let said: Set<String> = [
        "Type", "Action", "Action.Verb", "EventID", "Channel", "Provider_Name", "Container.Isolation",
        "Container.Platform",
    ]

    /// The whole value; but the layer disk of a container has another number after each start, so any stands there.
    private static func condition(_ field: String, _ value: String) -> Condition {
        let disk = #"\Device\VhdHardDisk{"#
        guard value.lowercased().hasPrefix(disk.lowercased()), let close = value.firstIndex(of: "}") else {
            return Condition(field: field, value: value)
        }
        let number = value.dropFirst(disk.count)[..<close]
        guard number.count == 36, number.allSatisfy({ $0.isHexDigit || $0 == "-" }) else {
            return Condition(field: field, value: value)
        }
        let rest = value[value.index(after: close)...].unicodeScalars.map { scalar in
            #"\^$.|?*+()[]{}"#.unicodeScalars.contains(scalar) ? "\\" + String(scalar) : String(scalar)
        }
        let expression = #"^\\Device\\VhdHardDisk\{[0-9a-f-]{36}\}"# + rest.joined() + "$"
        return Condition(field: field, value: expression, isExpression: true)
    }

    /// Whether a name can stand in a filter as it is; a bar would make a modifier of what follows.
    private static func isUsable(field: String) -> Bool {
        !field.isEmpty && field.utf8.count <= 256
            && field.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "|") }
    }

    /// Whether a value can stand in a filter as it is: not empty, not endless, nothing that does not show.
    private static func isUsable(_ value: String) -> Bool {
        guard !value.isEmpty, value.utf8.count <= longestValue else { return false }
        return value.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
            default: true
            }
        }
    }
}
