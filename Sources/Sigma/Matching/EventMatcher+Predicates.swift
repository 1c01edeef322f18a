import Bytes
import Patterns

/// Predicates asked for by candidates: known ones are read off, the others decided once per event.
extension EventMatcher {
    @inline(__always)
    mutating func isTrue(_ index: UInt32, in partition: Partition) -> Bool {
        let state = states[Int(index)]
        if state >> 1 == epoch { return state & 1 != 0 }
        return decide(index, in: partition)
    }

    @inline(never)
    private mutating func decide(_ index: UInt32, in partition: Partition) -> Bool {
        let predicate = partition.predicates[Int(index)]
        var truth = false
        if predicate.isCovered {
            scanIfNeeded(predicate.field, in: partition)
            truth = states[Int(index)] == epoch << 1 | 1
        } else if predicate.gate < 0 || isTrue(UInt32(predicate.gate), in: partition) {
            truth = test(predicate, in: partition)
        }
        states[Int(index)] = epoch << 1 | (truth ? 1 : 0)
        return truth
    }

    /// Fields without witnesses are scanned when a candidate first asks.
    private mutating func scanIfNeeded(_ field: UInt32, in partition: Partition) {
        let field = Int(field)
        guard field < partition.keywordField, fields[field].epoch == epoch, !fields[field].isScanned else { return }
        fields[field].isScanned = true
        var index = fields[field].first
        while index >= 0 {
            let value = values[Int(index)]
            scan(value, partition.fields[field], in: partition)
            index = value.next
        }
    }

    private mutating func test(_ predicate: Partition.Predicate, in partition: Partition) -> Bool {
        let field = Int(predicate.field)
        if field == partition.keywordField {
            if predicate.kind == .absent { return values.isEmpty }
            for value in values where satisfies(value, predicate, in: partition) { return true }
            return false
        }
        let isPresent = fields[field].epoch == epoch
        if predicate.kind == .absent { return !isPresent }
        guard isPresent else { return false }
        if predicate.kind == .present { return true }
        var index = fields[field].first
        while index >= 0 {
            let value = values[Int(index)]
            if satisfies(value, predicate, in: partition) { return true }
            index = value.next
        }
        return false
    }

    private mutating func satisfies(_ value: Value, _ predicate: Partition.Predicate, in partition: Partition) -> Bool {
        let range = Int(value.start)..<Int(value.start) + Int(value.count)
        switch predicate.kind {
        case .present: return true
        case .absent, .never, .whole, .number: return false
        case .prefix:
            return range.count >= predicate.text.count && equals(predicate.text, range.lowerBound, in: partition)
        case .suffix:
            return range.count >= predicate.text.count
                && equals(predicate.text, range.upperBound - Int(predicate.text.count), in: partition)
        case .contains: return Self.contains(arena, range, partition.pool, predicate.text.range)
        case .glob:
            if predicate.flag & 1 == 0 {
                return Glob.matches(partition.pool, program: predicate.text.range, arena, value: range)
            }
            return Glob.matches(
                partition.pool, program: predicate.text.range, originals, value: originalRange(value))
        case .compare: return compares(range, predicate)
        case .network:
            return ValueText.isAddress(
                arena, range, in: partition.pool, network: predicate.text.range, prefix: Int(predicate.extra))
        case .expression: return search(value, partition.expressions[Int(predicate.extra)])
        case .reference: return refers(value, predicate)
        case .timePart:
            let text = ValueText.string(originals, originalRange(value))
            return TimePart(code: predicate.flag)?.value(of: text) == Int(predicate.extra)
        }
    }

    private func originalRange(_ value: Value) -> Range<Int> {
        Int(value.originalStart)..<Int(value.originalStart) + Int(value.originalCount)
    }

    private func compares(_ range: Range<Int>, _ predicate: Partition.Predicate) -> Bool {
        guard let number = ValueText.decimal(arena, range) else { return false }
        let bound = Double(bitPattern: predicate.bits)
        switch predicate.flag {
        case 0: return number < bound
        case 1: return number <= bound
        case 2: return number > bound
        default: return number >= bound
        }
    }

    private mutating func search(_ value: Value, _ pattern: CompiledPattern) -> Bool {
        guard let matcher else { return false }
        let range = originalRange(value)
        switch matcher.firstMatch(of: pattern, in: originals.span.bytes.extracting(range)) {
        case .matched: return true
        case .none: return false
        case .limitExceeded:
            gaveUp += 1
            return false
        }
    }

    /// Compares with every value of the referenced field.
    private func refers(_ value: Value, _ predicate: Partition.Predicate) -> Bool {
        let other = Int(predicate.extra)
        guard fields[other].epoch == epoch else { return false }
        let cased = predicate.flag & 4 != 0
        let range = cased ? originalRange(value) : Int(value.start)..<Int(value.start) + Int(value.count)
        var index = fields[other].first
        while index >= 0 {
            let part = values[Int(index)]
            let piece = cased ? originalRange(part) : Int(part.start)..<Int(part.start) + Int(part.count)
            if Self.holds(cased ? originals : arena, range, piece, anchor: predicate.flag & 3) { return true }
            index = part.next
        }
        return false
    }

    private static func holds(_ text: [UInt8], _ range: Range<Int>, _ piece: Range<Int>, anchor: UInt8) -> Bool {
        guard piece.count <= range.count else { return false }
        let tail = range.upperBound - piece.count
        switch anchor {
        case 0: return piece.count == range.count && TextKernels.equal(text, at: range.lowerBound, text, piece)
        case 1: return TextKernels.equal(text, at: range.lowerBound, text, piece)
        case 2: return TextKernels.equal(text, at: tail, text, piece)
        default: return contains(text, range, text, piece)
        }
    }

    /// Whether `pool[literal]` occurs in `text[range]`.
    static func contains(_ text: [UInt8], _ range: Range<Int>, _ pool: [UInt8], _ literal: Range<Int>) -> Bool {
        guard !literal.isEmpty else { return true }
        let first = pool[literal.lowerBound]
        let last = range.upperBound - literal.count
        var at = range.lowerBound
        while at <= last {
            if text[at] == first, TextKernels.equal(text, at: at, pool, literal) { return true }
            at &+= 1
        }
        return false
    }
}
