/// Something the author of a rule file should know, with its place.
public struct Diagnostic: Sendable, Equatable {
    /// How bad it is.
    public enum Severity: String, Sendable {
        /// The document was rejected.
        case error
        /// The document was taken, but probably does not say what its author means.
        case warning
    }

    /// Kind of the finding, with its stable `SIG…` number.
    public var code: Code
    /// Whether the document was rejected (`error`) or taken nevertheless (`warning`).
    public var severity: Severity
    /// File, line and column the finding points at.
    public var place: Place
    /// One line, without the place.
    public var message: String
    /// What to do about it.
    public var hint: String?

    /// A finding of kind `code` at a place; an error unless another severity is given.
    public init(_ code: Code, _ severity: Severity = .error, at place: Place, _ message: String, hint: String? = nil) {
        self.code = code
        self.severity = severity
        self.place = place
        self.message = message
        self.hint = hint
    }

    /// What kind of finding it is. Numbers are stable: they may be used to silence or to gate.
    public enum Code: String, Sendable, CaseIterable {
        case syntax = "SIG001"
        case duplicateKey = "SIG002"
        case limit = "SIG003"
        case notSigma = "SIG004"
        case missingKey = "SIG005"
        case wrongType = "SIG006"
        case unknownValue = "SIG007"
        case modifierConflict = "SIG011"
        case unknownModifier = "SIG012"
        case invalidValue = "SIG013"
        case unresolvedPlaceholder = "SIG014"
        case invalidRegularExpression = "SIG015"
        case invalidNetwork = "SIG016"
        case conditionSyntax = "SIG020"
        case unknownIdentifier = "SIG021"
        case aggregation = "SIG022"
        case unusedIdentifier = "SIG023"
        case unknownRule = "SIG030"
        case correlationCycle = "SIG031"
        case duplicateID = "SIG032"
        case idleFilter = "SIG033"
        case ambiguousName = "SIG034"
        /// A filter whose time is over. Given by callers that know the day; the parser does not.
        case expiredFilter = "SIG035"
        /// A filter for a rule that has changed since.
        case outdatedFilter = "SIG036"
        /// A filter that nobody answers for, or that never ends.
        case unownedFilter = "SIG037"

        /// The code in words, e.g. `unknown-modifier`.
        public var slug: String {
            switch self {
            case .syntax: "yaml-syntax"
            case .duplicateKey: "duplicate-key"
            case .limit: "limit-exceeded"
            case .notSigma: "not-sigma"
            case .missingKey: "missing-key"
            case .wrongType: "wrong-type"
            case .unknownValue: "unknown-value"
            case .modifierConflict: "modifier-conflict"
            case .unknownModifier: "unknown-modifier"
            case .invalidValue: "invalid-value"
            case .unresolvedPlaceholder: "unresolved-placeholder"
            case .invalidRegularExpression: "invalid-regular-expression"
            case .invalidNetwork: "invalid-network"
            case .conditionSyntax: "condition-syntax"
            case .unknownIdentifier: "unknown-identifier"
            case .aggregation: "v1-aggregation"
            case .unusedIdentifier: "unused-identifier"
            case .unknownRule: "unknown-rule"
            case .correlationCycle: "correlation-cycle"
            case .duplicateID: "duplicate-id"
            case .idleFilter: "idle-filter"
            case .ambiguousName: "ambiguous-name"
            case .expiredFilter: "expired-filter"
            case .outdatedFilter: "outdated-filter"
            case .unownedFilter: "unowned-filter"
            }
        }
    }
}

extension Diagnostic: CustomStringConvertible {
    /// `file:line:column: error[SIG012 unknown-modifier]: message`.
    public var description: String {
        var text = place.file
        if place.line > 0 { text += ":\(place.line):\(place.column)" }
        return text + ": \(severity.rawValue)[\(code.rawValue) \(code.slug)]: \(message)"
    }
}
