/// The boolean tree a rule's `condition` becomes once its identifiers are replaced by their items.
///
/// Two-valued logic: a comparison on a field the event lacks is false, so its negation is true
/// (Sigma 2.1.0; facts "Values": no SQL NULL).
public indirect enum Expression: Sendable, Equatable {
    /// True when all hold; an empty list is true.
    case all([Expression])
    /// True when one holds; an empty list is false.
    case any([Expression])
    case not(Expression)
    /// One comparison of one field.
    case item(Item)
    /// A keyword: true when any value of any field matches. The parser has already put `*` around the pattern, so it is
    /// a full-value match like every other pattern.
    case keyword(Pattern)
}

/// `field|modifiers: value`, one value. Lists have become ``Expression/any(_:)`` or ``Expression/all(_:)``.
public struct Item: Sendable, Equatable {
    /// The field name as written in the rule (exact case).
    public var field: String
    /// How a value of the field is compared.
    public var test: Test

    /// A comparison of `field` by `test`.
    public init(field: String, test: Test) {
        self.field = field
        self.test = test
    }
}

/// How one value of a field is compared. A field with several values matches when any value does.
public enum Test: Sendable, Equatable {
    /// Full-value match of a pattern of literals and wildcards.
    case pattern(Pattern)
    /// A YAML number: equal text, or a decimal text of the same number (`1`, `1.0`).
    case number(Double, text: String)
    /// Unanchored search. Flags from the modifiers `i`, `m`, `s`.
    case regularExpression(RegularExpression)
    /// The value is an IP address of the same family inside the network.
    case network(Network)
    /// The value is a decimal number and compares so.
    case compare(Comparison, Double)
    /// The text equals / starts with / ends with / contains the text of another field of the same event.
    case fieldReference(field: String, anchor: Anchor, cased: Bool)
    /// `null`: the field is absent.
    case null
    /// `exists`: the field is present (even if empty), or absent.
    case exists(Bool)
    /// A part of a date value (`minute` … `year`) equals the number; no time zone arithmetic.
    case timePart(TimePart, Int)
}

/// A parsed Sigma string: tokens first, wildcards of `contains`/`startswith`/`endswith` added as tokens afterwards,
/// so that a trailing backslash never escapes them.
public struct Pattern: Sendable, Hashable {
    /// A piece of a pattern.
    public enum Token: Sendable, Hashable {
        /// Text to find as it is (never empty; adjacent literals are merged).
        case literal(String)
        /// `*`: any run of characters, also empty, newlines included.
        case anyRun
        /// `?`: exactly one character (a Unicode scalar, not a byte).
        case anyOne
    }

    /// Never two adjacent literals nor two adjacent `anyRun`.
    public var tokens: [Token]
    /// Compare with case (`cased`); otherwise both sides are folded (Unicode simple case folding).
    public var cased: Bool

    /// A pattern of these tokens; empty literals are dropped, adjacent literals and adjacent `*` are merged.
    public init(tokens: [Token], cased: Bool = false) {
        self.tokens = []
        self.cased = cased
        for token in tokens { append(token) }
    }

    private mutating func append(_ token: Token) {
        switch (tokens.last, token) {
        case (_, .literal("")): return
        case (.literal(let left), .literal(let right)): tokens[tokens.count - 1] = .literal(left + right)
        case (.anyRun, .anyRun): return
        default: tokens.append(token)
        }
    }
}

/// A regular expression as the rule wrote it.
public struct RegularExpression: Sendable, Hashable {
    /// The expression between the modifiers, in PCRE2 syntax, not yet compiled.
    public var source: String
    /// Modifier `i`: letters match both cases.
    public var ignoreCase: Bool
    /// Modifier `m`: `^` and `$` match at every line.
    public var multiline: Bool
    /// Modifier `s`: `.` matches a newline too.
    public var dotAll: Bool

    /// An expression with its flags; it is not checked here.
    public init(source: String, ignoreCase: Bool = false, multiline: Bool = false, dotAll: Bool = false) {
        self.source = source
        self.ignoreCase = ignoreCase
        self.multiline = multiline
        self.dotAll = dotAll
    }
}

/// An IPv4 or IPv6 network.
public struct Network: Sendable, Hashable {
    /// 4 or 16 bytes, network order, host bits zero.
    public var address: [UInt8]
    /// 0…32 or 0…128.
    public var prefixLength: Int

    /// A network of 4 (IPv4) or 16 (IPv6) address bytes; host bits must already be zero.
    public init(address: [UInt8], prefixLength: Int) {
        self.address = address
        self.prefixLength = prefixLength
    }
}

/// `lt`, `lte`, `gt`, `gte`.
public enum Comparison: String, Sendable { case lt, lte, gt, gte }

/// Where a referenced field's text must stand.
public enum Anchor: String, Sendable { case whole, start, end, anywhere }

/// The time modifiers of 2.1.0.
public enum TimePart: String, Sendable { case minute, hour, day, week, month, year }
