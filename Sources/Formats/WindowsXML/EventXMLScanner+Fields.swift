import Bytes
import EVTX
import Events

extension EventXMLScanner {
    /// The number of the name of a `<Data>`; 0 when it has none.
    @inline(__always)
    mutating func nameOfData(_ local: Range<Int>, _ text: RawSpan, vocabulary: inout Vocabulary) -> Int {
        guard Self.isEqual(local, "Data", text) else { return 0 }
        for attribute in attributes where Self.isEqual(attribute.name, "Name", text) {
            guard attribute.hasReferences else {
                return names.number(.dataName, text.extracting(attribute.value), RawSpan(), vocabulary: &vocabulary)
            }
            var resolved: [UInt8] = []
            XMLText.appendResolved(text.extracting(attribute.value), to: &resolved)
            return names.number(.dataName, resolved.span.bytes, RawSpan(), vocabulary: &vocabulary)
        }
        return 0
    }

    @inline(__always)
    mutating func giveAttributes(
        of local: Range<Int>, _ space: EventNames.Space, _ text: RawSpan, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        for attribute in attributes {
            let name = attribute.name
            // `xmlns` and `xmlns:x`.
            if text.uint32(at: name.lowerBound) == 0x6E6C_6D78,
                text.uint8(at: name.lowerBound &+ 4) == UInt8(ascii: "s"),
                name.count == 5 || text.uint8(at: name.lowerBound &+ 5) == UInt8(ascii: ":")
            {
                continue
            }
            let number = names.number(
                space, text.extracting(local), text.extracting(Self.local(name, text)), vocabulary: &vocabulary)
            give(number, attribute.value, hasReferences: attribute.hasReferences, text, into: &batch)
        }
    }

    /// Takes the innermost element off the stack and gives its text, where it is a field.
    @inline(__always)
    mutating func finish(_ text: RawSpan, into batch: inout EventBatch, vocabulary: inout Vocabulary) {
        guard let frame = frames.popLast() else { return }
        let space: EventNames.Space
        switch frame.place {
        case .event, .system, .eventData, .userData, .rendering: return
        case .systemLeaf: space = .system
        case .renderingLeaf: space = .rendering
        case .dataLeaf, .wrapper, .userLeaf, .other: space = .element
        }
        let count = pieces.count &- frame.firstPiece
        if count == 0 {
            if frame.hasElements || (frame.dataName == 0 && frame.hasAttributes) { return }
            if frame.place == .systemLeaf, isAttributeOnly(frame.local, text) { return }
        } else if frame.hasElements, isBlank(from: frame.firstPiece, text) {
            return pieces.removeLast(count)
        }
        let number =
            frame.dataName != 0
            ? frame.dataName
            : names.number(space, text.extracting(frame.local), RawSpan(), vocabulary: &vocabulary)
        if count == 0 {
            give(number, frame.name.upperBound..<frame.name.upperBound, hasReferences: false, text, into: &batch)
        } else if count == 1 {
            let piece = pieces.removeLast()
            var range = piece.range
            if isTrace, frame.place == .dataLeaf { range = Self.trimmed(range, text) }
            let hasReferences =
                !piece.isVerbatim && text.extracting(range).firstOffset(of: UInt8(ascii: "&")) != nil
            give(number, range, hasReferences: hasReferences, text, into: &batch)
        } else {
            giveJoined(number, from: frame.firstPiece, text, into: &batch)
        }
    }

    func isAttributeOnly(_ local: Range<Int>, _ text: RawSpan) -> Bool {
        Self.attributeOnly.contains { name in
            name.count == local.count
                && text.equals(name.span.bytes, at: local.lowerBound, otherOffset: 0, length: name.count)
        }
    }

    func isBlank(from first: Int, _ text: RawSpan) -> Bool {
        for piece in pieces[first...] {
            for index in piece.range {
                guard let byte = text.uint8(at: index), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
                else { return false }
            }
        }
        return true
    }

    static func trimmed(_ range: Range<Int>, _ text: RawSpan) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, text.uint8(at: start) == 0x20 { start &+= 1 }
        while end > start, text.uint8(at: end &- 1) == 0x20 { end &-= 1 }
        return start..<end
    }

    /// Appends one value.
    @inline(__always)
    mutating func give(
        _ number: Int, _ range: Range<Int>, hasReferences: Bool, _ text: RawSpan, into batch: inout EventBatch
    ) {
        guard let field = names.entries[number].field else { return }
        var slot = FieldSlot(
            field: field, offset: UInt32(truncatingIfNeeded: slotBase &+ range.lowerBound),
            length: UInt32(truncatingIfNeeded: range.count), encoding: .utf8, inArena: slotsAreInArena)
        if hasReferences {
            let start = batch.arena.count
            XMLText.appendResolved(text.extracting(range), to: &batch.arena)
            slot.offset = UInt32(truncatingIfNeeded: start)
            slot.length = UInt32(truncatingIfNeeded: batch.arena.count &- start)
            slot.inArena = true
        }
        append(slot, number, into: &batch)
    }

    /// Appends the value of an element whose text stands in several pieces.
    mutating func giveJoined(_ number: Int, from first: Int, _ text: RawSpan, into batch: inout EventBatch) {
        let start = batch.arena.count
        for piece in pieces[first...] {
            let part = text.extracting(piece.range)
            if piece.isVerbatim { batch.arena.append(part) } else { XMLText.appendResolved(part, to: &batch.arena) }
        }
        pieces.removeLast(pieces.count - first)
        guard let field = names.entries[number].field else { return }
        append(
            FieldSlot(
                field: field, offset: UInt32(truncatingIfNeeded: start),
                length: UInt32(truncatingIfNeeded: batch.arena.count - start), encoding: .utf8, inArena: true),
            number, into: &batch)
    }

    @inline(__always)
    mutating func append(_ slot: FieldSlot, _ number: Int, into batch: inout EventBatch) {
        var slot = slot
        let entry = names.entries[number]
        if entry.bracesGUIDs, slot.length == 36, let braced = batch.withBytes(of: slot, GUIDText.braced) {
            slot.offset = UInt32(truncatingIfNeeded: batch.arena.count)
            slot.length = UInt32(truncatingIfNeeded: braced.count)
            slot.inArena = true
            batch.arena.append(contentsOf: braced)
        }
        if entry.system != .none { marks.note(entry.system, slot: batch.slots.count) }
        batch.slots.append(slot)
        if let alias = entry.alias {
            slot.field = alias
            batch.slots.append(slot)
        }
    }
}
