import Patterns

/// The compiled tables for one set of rules: what a ``Route`` points to. Immutable, shared by all threads.
///
/// ```
///  values ─▶ per field: gram filter, whole-value table, short literals, numbers ─▶ predicates known true
///                                                                                      │ postings
///                                             rules without witness ─▶ candidates ◀────┘
///                                                                          │ jump code, other predicates on demand
///                                                                         hits
/// ```
final class Partition: Sendable {
    /// One comparison on one field of this partition.
    struct Predicate {
        var kind: FlatTest.Kind
        var flag: UInt8
        /// Answered by the field's tables: true when its state says so after the field was scanned, else false.
        var isCovered: Bool
        /// An "or" over covered predicates of one field: answered like a covered one.
        var isGroup: Bool
        /// Local field; ``Partition/keywordField`` for "any value".
        var field: UInt32
        /// Other field, index of the expression, prefix length, date part.
        var extra: UInt32
        var text: FlatTest.Slice
        /// A covered predicate that must be true for this one to be; -1 when there is none.
        var gate: Int32
        var bits: UInt64
    }

    /// The tables of one field; numbers are offsets into the partition's flat arrays, -1 where there is no table.
    struct Field {
        /// The gram filter in `bitmap`, and the buckets of its literals.
        var filterStart = -1
        var filterShift: UInt32 = 0
        var gramStart = -1
        var gramShift: UInt32 = 0
        var wholeStart = -1
        var wholeShift: UInt32 = 0
        /// A set of ``shortSetBits`` in `bitmap` (last two bytes), and the buckets of the short literals by last byte.
        var shortSet = -1
        var shortStart = -1
        var numberStart = 0
        var numberCount = 0
        /// Predicate "the field is there", or -1.
        var present: Int32 = -1
        /// Holds literals that make rules candidates, so it is scanned for every event.
        var isEager = false
        /// Some test looks at the value as it was, not folded.
        var needsOriginal = false
        static let shortSetBits = 4096
        /// The bit of two bytes in the set of short literals.
        @inline(__always)
        static func shortBit(_ before: UInt8, _ last: UInt8) -> Int { (Int(before) &<< 5 ^ Int(last)) & 4095 }
        var hasTables: Bool { gramStart >= 0 || wholeStart >= 0 || shortStart >= 0 || numberCount > 0 }
    }

    /// A literal in one of the tables.
    struct Entry {
        /// The gram, the hash of the whole value, or unused.
        var key: UInt32
        var predicate: UInt32
        var text: FlatTest.Slice
        /// Offset of the gram in the literal.
        var position: UInt32
        /// 0 contains, 1 prefix, 2 suffix, 3 whole.
        var anchor: UInt8
    }

    /// Literals that share a hash lie in `entries[start ..< start of the next bucket]`.
    struct Bucket {
        var start: UInt32
        /// Which bytes (mod 16) may follow and precede the gram in some literal of the bucket; all when it may be none.
        var following: UInt16 = 0
        var preceding: UInt16 = 0
    }

    /// "If `predicate` holds go to `onTrue`, else to `onFalse`"; targets lie ahead, or are ``accept`` or ``reject``.
    struct Instruction {
        var predicate: UInt32
        var onTrue: UInt32
        var onFalse: UInt32
    }

    static let accept = UInt32.max
    static let reject = UInt32.max - 1

    /// Event field names; the index is the ``RouteField``.
    let fieldNames: [String]
    /// One for each field, and one more for keywords ("any value").
    let fields: [Field]
    let wantsEveryField: Bool
    /// Program rule of each local rule, ascending.
    let rules: [UInt32]
    /// Where each local rule's code starts (or ``accept``).
    let entryPoints: [UInt32]
    let code: [Instruction]
    let predicates: [Predicate]
    /// Local rules that nothing can rule out in advance.
    let always: [UInt32]
    /// predicate → local rules it makes candidates, and groups (top bit) it makes true.
    let postingStarts: [UInt32]
    let postings: [UInt32]
    let bitmap: [UInt64]
    let buckets: [Bucket]
    let entries: [Entry]
    let numbers: [UInt64]
    let numberPredicates: [UInt32]
    let pool: [UInt8]
    let expressions: [CompiledPattern]

    static let groupBit: UInt32 = 1 << 31
    /// In an instruction: the predicate is false unless its state says true, nothing remains to be looked up.
    static let settledBit: UInt32 = 1 << 31

    /// Index of the pseudo field of keywords in `fields`.
    var keywordField: Int { fieldNames.count }

    init(_ builder: consuming PartitionBuilder) {
        fieldNames = builder.fieldNames
        fields = builder.tables.fields
        wantsEveryField = builder.wantsEveryField
        rules = builder.rules
        entryPoints = builder.entryPoints
        code = builder.code
        predicates = builder.predicates
        always = builder.always
        postingStarts = builder.postingStarts
        postings = builder.postings
        bitmap = builder.tables.bitmap
        buckets = builder.tables.buckets
        entries = builder.tables.entries
        numbers = builder.tables.numbers
        numberPredicates = builder.tables.numberPredicates
        pool = builder.pool
        expressions = builder.expressions
    }
}
