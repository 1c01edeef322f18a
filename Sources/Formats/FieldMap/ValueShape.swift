import Bytes
import Events

/// How the value of a member is written under its further names; under its native name it always stands as it is.
struct ValueShape: Sendable, Equatable {
    /// Beginnings that are cut off; the first that fits (`containerd://`).
    var strip: [String] = []
    /// Values that mean none (`host`, `<NA>`, the empty text): no further name is given. Compared after stripping.
    var none: [String] = []
    /// Whether the separators of thousands go: `8,416` → `8416`. Texts of anything but digits and separators stay.
    var digits = false

    /// The further value of `slot`, whose bytes are those of the native one or lie in the arena; nil: there is none.
    func apply(to slot: FieldSlot, in batch: inout EventBatch) -> FieldSlot? {
        var slot = slot
        let (cut, isNone, isGrouped) = batch.withBytes(of: slot) { bytes in
            let cut = strip.first { Self.begins(bytes, with: $0) }?.utf8.count ?? 0
            let rest = bytes.extracting(cut..<bytes.byteCount)
            return (cut, none.contains { Self.equals(rest, $0) }, digits && Self.isGrouped(rest))
        }
        if isNone { return nil }
        slot.offset += UInt32(cut)
        slot.length -= UInt32(cut)
        return isGrouped ? ungrouped(slot, in: &batch) : slot
    }

    private func ungrouped(_ slot: FieldSlot, in batch: inout EventBatch) -> FieldSlot {
        var digits: [UInt8] = []
        batch.withBytes(of: slot) { bytes in
            for index in 0..<bytes.byteCount {
                if let byte = bytes.uint8(at: index), byte &- 0x30 < 10 { digits.append(byte) }
            }
        }
        let copy = FieldSlot(
            field: slot.field, offset: UInt32(truncatingIfNeeded: batch.arena.count), length: UInt32(digits.count),
            encoding: .utf8, inArena: true)
        batch.arena.append(contentsOf: digits)
        return copy
    }

    /// Whether this is a number in groups of three: digits, then separators (`,`, `.`, space, `'`, no-break spaces)
    /// with three digits each.
    private static func isGrouped(_ bytes: RawSpan) -> Bool {
        guard bytes.byteCount <= 64, let first = bytes.uint8(at: 0), first &- 0x30 < 10 else { return false }
        var run = 0
        var groups = 0
        for index in 0..<bytes.byteCount {
            guard let byte = bytes.uint8(at: index) else { return false }
            if byte &- 0x30 < 10 {
                run += 1
                continue
            }
            switch byte {
            case UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: " "), UInt8(ascii: "'"), 0x80...0xFF: break
            default: return false
            }
            if run == 0 {
                // The further bytes of one separator (U+00A0 is C2 A0, U+202F is E2 80 AF).
                guard byte >= 0x80 else { return false }
                continue
            }
            guard groups == 0 ? run <= 3 : run == 3 else { return false }
            groups += 1
            run = 0
        }
        return groups > 0 && run == 3
    }

    private static func begins(_ bytes: RawSpan, with text: String) -> Bool {
        let wanted = Array(text.utf8)
        return bytes.equals(wanted.span.bytes, at: 0, otherOffset: 0, length: wanted.count)
    }

    private static func equals(_ bytes: RawSpan, _ text: String) -> Bool {
        bytes.byteCount == text.utf8.count && begins(bytes, with: text)
    }
}

/// The shapes of a map, found by the field number of the native name.
struct ValueShapes: Sendable {
    private let map: FieldMap
    private var shapes: [ValueShape] = []
    /// By field number: 1 + index in ``shapes``, 0 where there is none; grown as the vocabulary grows.
    private var byField: [UInt16] = []

    init(map: FieldMap) { self.map = map }

    /// Whether there are any.
    var isEmpty: Bool { map.values.isEmpty }

    /// The value of `slot` under further names; nil where there is none.
    mutating func shaped(_ slot: FieldSlot, in batch: inout EventBatch, _ vocabulary: borrowing Vocabulary)
        -> FieldSlot?
    {
        if isEmpty { return slot }
        while byField.count < vocabulary.fieldNames.count {
            guard let shape = map.entry(of: vocabulary.fieldNames[byField.count], in: map.values),
                shapes.count < Int(UInt16.max)
            else {
                byField.append(0)
                continue
            }
            shapes.append(shape)
            byField.append(UInt16(shapes.count))
        }
        let index = Int(slot.field.index)
        guard index < byField.count, byField[index] > 0 else { return slot }
        return shapes[Int(byField[index]) - 1].apply(to: slot, in: &batch)
    }
}
