import Bytes
import EVTX
import Events

/// Reads the XML of one event and appends its fields: a scanner with a stack of open elements; no tree is built, and values
/// stay where they are unless they hold references.
///
///     <Event><System><Provider Name='x'/>…</System><EventData><Data Name='y'>z</Data></EventData></Event>
///     → Provider_Name x │ … │ y z
///
/// Names and values are those of the EVTX decoder: which elements are fields, which attributes, what happens to names of
/// System in the data. Namespaces are no part of names. What `<RenderingInfo>` says is given as `RenderingInfo_…`.
struct EventXMLScanner: Sendable {
    /// Deepest nesting.
    static let depthLimit = 64
    /// Most attributes of one element.
    static let attributeLimit = 256
    /// Longest event in bytes.
    static let recordLimit = 16 << 20

    /// What an element is, by where it stands.
    enum Place: UInt8, Sendable {
        case event, system, systemLeaf, eventData, dataLeaf, userData, wrapper, userLeaf, rendering, renderingLeaf,
            other
    }

    /// An open element.
    struct Frame: Sendable {
        let place: Place
        /// The name as written, for the closing tag; `local` is its part after the prefix.
        let name: Range<Int>
        let local: Range<Int>
        /// The number of a `<Data>` with a name; else 0.
        let dataName: Int
        let hasAttributes: Bool
        var hasElements = false
        /// Its first text in ``EventXMLScanner/pieces``.
        let firstPiece: Int
    }

    struct Attribute: Sendable {
        let name: Range<Int>
        let value: Range<Int>
        let hasReferences: Bool
    }

    struct Piece: Sendable {
        let range: Range<Int>
        let isVerbatim: Bool
    }

    var frames: [Frame] = []
    var attributes: [Attribute] = []
    var pieces: [Piece] = []
    var names = EventNames()
    var marks = EventXMLMarks()
    /// tracerpt pads values with spaces.
    var isTrace = false
    /// Where a slot's offset begins to count, and in what.
    var slotBase = 0
    var slotsAreInArena = false
    /// Offsets from which on there is no `]]>`, `-->`, `?>` in the text: looked for once, not once for each that opens.
    var unclosed = (section: Int.max, comment: Int.max, instruction: Int.max)

    /// Attribute-only elements of System: without text they are no fields.
    static let attributeOnly: [[UInt8]] = ["Provider", "TimeCreated", "Correlation", "Execution", "Security"]
        .map { Array($0.utf8) }

    /// Another text is read: what was found out about closing marks does not hold any more.
    mutating func beginText() { unclosed = (.max, .max, .max) }

    /// Reads the event whose `<` stands at `position`, which moves behind it; after a fault the slots are as before.
    ///
    /// - Parameters:
    ///   - base: Where `text` begins in the batch's base, or in its arena.
    ///   - inArena: Which of the two.
    mutating func scan(
        _ text: RawSpan, at position: inout Int, base: Int = 0, inArena: Bool = false, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) throws(EventXMLFault) {
        frames.removeAll(keepingCapacity: true)
        pieces.removeAll(keepingCapacity: true)
        names.beginEvent()
        marks = EventXMLMarks()
        isTrace = false
        (slotBase, slotsAreInArena) = (base, inArena)
        let first = batch.slots.count
        var end = position
        do {
            try scanContent(text, &end, slotLimit: first + FieldWriter.slotLimit, into: &batch, vocabulary: &vocabulary)
        } catch {
            batch.slots.removeLast(batch.slots.count - first)
            throw error
        }
        position = end
    }

    mutating func scanContent(
        _ text: RawSpan, _ position: inout Int, slotLimit: Int, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) throws(EventXMLFault) {
        let start = position
        repeat {
            guard let tag = text.firstOffset(of: UInt8(ascii: "<"), from: position) else {
                throw EventXMLFault(code: .truncated, offset: text.byteCount)
            }
            guard tag &- start < Self.recordLimit else { throw EventXMLFault(code: .truncated, offset: tag) }
            if tag > position { note(position..<tag, isVerbatim: false) }
            switch text.uint8(at: tag &+ 1) {
            case nil: throw EventXMLFault(code: .truncated, offset: tag)
            case UInt8(ascii: "/"): position = try close(text, tag, into: &batch, vocabulary: &vocabulary)
            case UInt8(ascii: "!"): position = try skipMarked(text, tag)
            case UInt8(ascii: "?"):
                position = try end(of: 0x3E3F, 2, text, from: tag &+ 2, &unclosed.instruction) &+ 2
            default: position = try open(text, tag, into: &batch, vocabulary: &vocabulary)
            }
            guard batch.slots.count <= slotLimit else { throw EventXMLFault(code: .size, offset: tag) }
        } while !frames.isEmpty
    }

    @inline(__always)
    mutating func note(_ range: Range<Int>, isVerbatim: Bool) {
        guard let frame = frames.last else { return }
        switch frame.place {
        case .event, .system, .eventData, .userData, .rendering: break
        default: pieces.append(Piece(range: range, isVerbatim: isVerbatim))
        }
    }

    /// A comment, or a section whose text stands for itself; answers where it ends.
    mutating func skipMarked(_ text: RawSpan, _ tag: Int) throws(EventXMLFault) -> Int {
        if text.uint32(at: tag) == 0x2D2D_213C {
            return try end(of: 0x3E_2D2D, 3, text, from: tag &+ 4, &unclosed.comment) &+ 3
        }
        // `<![CDATA[`
        guard text.uint64(at: tag &+ 1) == 0x5B41_5441_4443_5B21 else {
            throw EventXMLFault(code: .syntax, offset: tag)
        }
        let close = try end(of: 0x3E_5D5D, 3, text, from: tag &+ 9, &unclosed.section)
        note((tag &+ 9)..<close, isVerbatim: true)
        return close &+ 3
    }

    /// Offset of the `length` bytes that end something, looked for from `start` on.
    func end(
        of mark: UInt32, _ length: Int, _ text: RawSpan, from start: Int, _ none: inout Int
    ) throws(EventXMLFault) -> Int {
        guard start < none else { throw EventXMLFault(code: .truncated, offset: start) }
        var position = start
        let first = UInt8(truncatingIfNeeded: mark)
        while let hit = text.firstOffset(of: first, from: position) {
            var rest = mark
            var index = hit
            while index &- hit < length, text.uint8(at: index) == UInt8(truncatingIfNeeded: rest) {
                rest >>= 8
                index &+= 1
            }
            if index &- hit == length { return hit }
            position = hit &+ 1
        }
        none = start
        throw EventXMLFault(code: .truncated, offset: start)
    }
}
