/// All rules of a program as flat arrays: the form that is stored, and that partitions are compiled from.
///
/// A condition is a run of words in prefix order; the top two bits of a word say what it is, the rest is its operand:
///
///     00 test index     01 all, child count     10 any, child count     11 not
struct RuleCode: Sendable {
    /// Field names.
    var names: [String] = []
    /// Texts of the tests.
    var pool: [UInt8] = []
    var tests: [FlatTest] = []
    var words: [UInt32] = []
    var rules: [FlatRule] = []
    /// Log sources, each once.
    var sources: [FlatSource] = []

    /// A rule: where its condition lies, and where its events come from.
    struct FlatRule: Sendable, Equatable {
        var start: UInt32
        var count: UInt32
        /// Index into `sources`.
        var source: UInt32
        /// Why the rule cannot be carried out; empty when it can.
        var rejection: String
    }

    /// A log source with the taxonomy's entries for it.
    struct FlatSource: Sendable, Equatable {
        var source: LogSource
        var entries: [FlatEntry]
        /// Why no event log carries it; empty when one may.
        var unavailable: String
    }

    /// A taxonomy entry; its conditions are words like a rule's.
    struct FlatEntry: Sendable, Equatable {
        var product: String
        var channels: [String]
        var providers: [String]
        var eventIDs: [Int]
        var guardStart: UInt32
        var guardCount: UInt32
        var renames: [Rename]
    }

    /// Indices into `names`: what the rule says, what the event says.
    struct Rename: Sendable, Hashable {
        var rule: UInt32
        var event: UInt32
    }

    static let opTest: UInt32 = 0
    static let opAll: UInt32 = 1
    static let opAny: UInt32 = 2
    static let opNot: UInt32 = 3
    static let operandMask: UInt32 = 0x3FFF_FFFF
    /// Deepest condition carried out; a deeper one is rejected.
    static let maximumDepth = 256
}
