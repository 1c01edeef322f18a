/// One comparison of one field as fixed-size numbers: what ``Item`` becomes in a ``RuleCode``.
///
/// Texts lie in the code's byte pool; `text` is what the comparison is made with, `gate` a folded literal that every
/// value passing the test contains (empty when none is known), which lets costly tests run only after it was seen.
struct FlatTest: Hashable, Sendable {
    /// What the test does. Raw values are part of the encoded form.
    enum Kind: UInt8, Sendable {
        /// Folded value equals / starts with / ends with / contains `text`.
        case whole, prefix, suffix, contains
        /// Value matches the token program in `text` (see ``Glob``); `flag` 1 means with case.
        case glob
        /// The field is there / is not there.
        case present, absent
        /// Value is `text`, or a decimal of the number `bits`.
        case number
        /// Value is a decimal that compares (`flag`: 0 lt, 1 lte, 2 gt, 3 gte) with the number `bits`.
        case compare
        /// Value is an address in the network `text` / prefix length `extra`.
        case network
        /// Value is found by the expression `text`; `flag`: 1 ignore case, 2 multiline, 4 dot matches newline.
        case expression
        /// Value equals / starts with / ends with / contains (`flag` & 3) a value of field `extra`; `flag` & 4: with case.
        case reference
        /// Part `flag` (minute … year) of a date equals `extra`.
        case timePart
        /// Never true (a test that cannot be carried out).
        case never
    }

    var kind: Kind
    var flag: UInt8 = 0
    /// Index of the field's name; ``keyword`` for "any field".
    var field: UInt32
    var extra: UInt32 = 0
    var text = Slice()
    var gate = Slice()
    /// How `gate` lies in the value: 0 anywhere, 1 at the start, 2 at the end.
    var gateAnchor: UInt8 = 0
    var bits: UInt64 = 0

    /// The field of keywords: every value of the event.
    static let keyword = UInt32.max

    /// Bytes of the pool.
    struct Slice: Hashable, Sendable {
        var start: UInt32 = 0
        var count: UInt32 = 0
        var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
    }
}
