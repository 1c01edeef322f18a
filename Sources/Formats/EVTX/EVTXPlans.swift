import Bytes
import EVTX
import Events

/// What to do for each record of a template: its fields as ids and places, so that a record costs a loop over entries.
///
/// All plans share flat arrays, so that the loop touches no reference count:
///
///     ranges    [ template 0: 0 ..< 24 | template 1: 24 ..< 40 | … ]
///     entries   [ EventID slot 3, Channel slot 16, Provider_Name literal, …                  ]
///     literals  [ —,              —,               "Microsoft-Windows-Sysmon", …             ]   same indices
struct EVTXPlans {
    /// Where a value comes from.
    enum Source: UInt8 {
        /// A value slot of the instance.
        case slot
        /// The same text in every record.
        case literal
        /// Several pieces, put together by the library.
        case pieces
    }

    /// One field.
    struct Entry {
        let field: FieldID
        /// Value slot; -1 unless ``source`` is `.slot`.
        let slot: Int32
        let source: Source
        let system: EVTXSystemField
        let isAbsentWhenNull: Bool
        /// An attribute shows an array as one text.
        let isAttribute: Bool
    }

    private struct Range {
        var first: Int32
        var count: Int32
        /// The decode call in which the literals were put into the arena.
        var stamp: UInt64
    }

    private(set) var entries: [Entry] = []
    private var literals: [[UInt8]] = []
    private var literalOffsets: [UInt32] = []
    private var ranges: [Range] = []

    /// The entries of a template, ready for the decode call with number `stamp`: interned on the first call, their
    /// literals put into the batch's arena once in each.
    @inline(__always)
    mutating func entries(
        of template: Int, _ decoder: EVTXDecoder, stamp: UInt64, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) -> Swift.Range<Int> {
        if template >= ranges.count || ranges[template].stamp != stamp {
            renew(template, decoder, stamp: stamp, into: &batch, vocabulary: &vocabulary)
        }
        let range = ranges[template]
        return Int(range.first)..<Int(range.first &+ range.count)
    }

    /// Where a literal lies in the arena.
    func literal(_ entry: Int) -> (offset: UInt32, length: UInt32) {
        (literalOffsets[entry], UInt32(truncatingIfNeeded: literals[entry].count))
    }

    /// Index of an entry among its template's fields.
    func fieldIndex(_ entry: Int, of template: Int) -> Int { entry - Int(ranges[template].first) }

    @inline(never)
    private mutating func renew(
        _ template: Int, _ decoder: EVTXDecoder, stamp: UInt64, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        while ranges.count <= template { ranges.append(Range(first: -1, count: 0, stamp: 0)) }
        if ranges[template].first < 0 {
            ranges[template].first = Int32(truncatingIfNeeded: entries.count)
            for field in decoder.templates[template].fields { add(field, vocabulary: &vocabulary) }
            ranges[template].count = Int32(truncatingIfNeeded: entries.count) - ranges[template].first
        }
        let first = Int(ranges[template].first)
        for index in first..<(first + Int(ranges[template].count)) where !literals[index].isEmpty {
            literalOffsets[index] = UInt32(truncatingIfNeeded: batch.arena.count)
            batch.arena.append(contentsOf: literals[index])
        }
        ranges[template].stamp = stamp
    }

    private mutating func add(_ field: EVTXField, vocabulary: inout Vocabulary) {
        var literal: [UInt8] = []
        let source: Source
        switch field.content {
        case .slot: source = .slot
        case .literal(let text):
            source = .literal
            literal = text
        case .pieces: source = .pieces
        }
        entries.append(
            Entry(
                field: vocabulary.field(field.name), slot: Int32(clamping: field.slot), source: source,
                system: field.system, isAbsentWhenNull: field.isAbsentWhenNull, isAttribute: field.isAttribute))
        literals.append(literal)
        literalOffsets.append(0)
    }
}
