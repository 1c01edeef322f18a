/// Looking up the literals of a field in a value.
extension EventMatcher {
    /// Makes true every covered predicate of the field that this value satisfies.
    mutating func scan(_ value: Value, _ table: Partition.Field, in partition: Partition) {
        let range = Int(value.start)..<Int(value.start) + Int(value.count)
        if table.wholeStart >= 0 { lookUpWhole(range, table, in: partition) }
        if table.gramStart >= 0, range.count >= 4 { scanGrams(range, table, in: partition) }
        if table.shortStart >= 0 { scanShorts(range, table, in: partition) }
        if table.numberCount > 0 { lookUpNumber(range, table, in: partition) }
    }

    private mutating func lookUpWhole(_ range: Range<Int>, _ table: Partition.Field, in partition: Partition) {
        let hash = GramIndex.wholeHash(arena, range)
        let bucket = table.wholeStart + Int(hash >> table.wholeShift)
        for index in Int(partition.buckets[bucket])..<Int(partition.buckets[bucket + 1]) {
            let entry = partition.entries[index]
            if entry.key == hash, entry.text.count == range.count, equals(entry.text, range.lowerBound, in: partition) {
                discover(entry.predicate, in: partition)
            }
        }
    }

    private mutating func scanGrams(_ range: Range<Int>, _ table: Partition.Field, in partition: Partition) {
        var at = range.lowerBound
        while true {
            // The array is given back before the scanner changes: a hit is rare, so taking it anew costs nothing.
            at = Self.nextGram(arena, from: at, to: range.upperBound, partition.bitmap, table)
            if at < 0 { return }
            compareGram(at, range, table, in: partition)
            at += 1
        }
    }

    /// The first position from `start` on whose gram may have literals, or -1.
    @inline(__always)
    private static func nextGram(
        _ text: [UInt8], from start: Int, to end: Int, _ bitmap: [UInt64], _ table: Partition.Field
    ) -> Int {
        guard start + 4 <= end else { return -1 }
        let text = text.span
        let bitmap = bitmap.span
        var gram = UInt32(text[start]) << 8 | UInt32(text[start + 1]) << 16 | UInt32(text[start + 2]) << 24
        var at = start + 3
        let shift = table.bitmapShift
        let base = table.bitmapStart
        while at < end {
            gram = gram >> 8 | UInt32(text[at]) << 24
            let bit = Int(GramIndex.hash(gram) &>> shift)
            if bitmap[base &+ bit &>> 6] &>> UInt64(truncatingIfNeeded: bit & 63) & 1 != 0 { return at &- 3 }
            at &+= 1
        }
        return -1
    }

    private mutating func compareGram(
        _ at: Int, _ range: Range<Int>, _ table: Partition.Field, in partition: Partition
    ) {
        let gram = GramIndex.gram(arena, at: at)
        let bucket = table.gramStart + Int(GramIndex.hash(gram) >> table.gramShift)
        for index in Int(partition.buckets[bucket])..<Int(partition.buckets[bucket + 1]) {
            let entry = partition.entries[index]
            guard entry.key == gram else { continue }
            let start = at - Int(entry.position)
            let end = start + Int(entry.text.count)
            guard start >= range.lowerBound, end <= range.upperBound else { continue }
            if entry.anchor & 1 != 0, start != range.lowerBound { continue }
            if entry.anchor & 2 != 0, end != range.upperBound { continue }
            if equals(entry.text, start, in: partition) { discover(entry.predicate, in: partition) }
        }
    }

    /// Literals of one to three bytes, by their last byte.
    private mutating func scanShorts(_ range: Range<Int>, _ table: Partition.Field, in partition: Partition) {
        for at in range {
            let bucket = table.shortStart + Int(arena[at])
            let first = Int(partition.buckets[bucket])
            let last = Int(partition.buckets[bucket + 1])
            if first == last { continue }
            for index in first..<last {
                let entry = partition.entries[index]
                let start = at + 1 - Int(entry.text.count)
                guard start >= range.lowerBound else { continue }
                if entry.anchor & 1 != 0, start != range.lowerBound { continue }
                if entry.anchor & 2 != 0, at + 1 != range.upperBound { continue }
                if equals(entry.text, start, in: partition) { discover(entry.predicate, in: partition) }
            }
        }
    }

    private mutating func lookUpNumber(_ range: Range<Int>, _ table: Partition.Field, in partition: Partition) {
        guard let number = ValueText.decimal(arena, range) else { return }
        let end = table.numberStart + table.numberCount
        for index in table.numberStart..<end where Double(bitPattern: partition.numbers[index]) == number {
            discover(partition.numberPredicates[index], in: partition)
        }
    }

    /// Whether the literal stands at `start` of the arena (it must fit).
    @inline(__always)
    func equals(_ literal: FlatTest.Slice, _ start: Int, in partition: Partition) -> Bool {
        Self.equal(arena, start, partition.pool, literal.range)
    }
}
