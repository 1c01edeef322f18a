import Bytes

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
        for index in Int(partition.buckets[bucket].start)..<Int(partition.buckets[bucket + 1].start) {
            let entry = partition.entries[index]
            if entry.key == hash, entry.text.count == range.count, equals(entry.text, range.lowerBound, in: partition) {
                discover(entry.predicate, in: partition)
            }
        }
    }

    private mutating func scanGrams(_ range: Range<Int>, _ table: Partition.Field, in partition: Partition) {
        if positions.count < range.count {
            positions.append(contentsOf: repeatElement(0, count: range.count - positions.count))
        }
        let count = GramFilter.positions(
            in: arena, from: range.lowerBound, to: range.upperBound, partition.bitmap, base: table.filterStart,
            shift: table.filterShift, to: &positions)
        for index in 0..<count { compareGram(Int(positions[index]), range, table, in: partition) }
    }

    @inline(__always)
    private mutating func compareGram(
        _ at: Int, _ range: Range<Int>, _ table: Partition.Field, in partition: Partition
    ) {
        let gram = GramIndex.gram(arena, at: at)
        let index = table.gramStart + Int(GramFilter.hash(gram) &>> table.gramShift)
        let bucket = partition.buckets[index]
        if bucket.following != .max {
            guard at + 4 < range.upperBound, bucket.following >> UInt16(arena[at + 4] & 15) & 1 != 0 else { return }
        }
        if bucket.preceding != .max {
            guard at > range.lowerBound, bucket.preceding >> UInt16(arena[at - 1] & 15) & 1 != 0 else { return }
        }
        compareLiterals(Int(bucket.start)..<Int(partition.buckets[index + 1].start), gram, at, range, in: partition)
    }

    @inline(never)
    private mutating func compareLiterals(
        _ literals: Range<Int>, _ gram: UInt32, _ at: Int, _ range: Range<Int>, in partition: Partition
    ) {
        for index in literals {
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
        var before: UInt8 = 0
        for at in range {
            let byte = arena[at]
            let bit = Partition.Field.shortBit(before, byte)
            if partition.bitmap[table.shortSet &+ bit &>> 6] & (1 &<< UInt64(bit & 63)) != 0 {
                compareShorts(byte, at, range, table, in: partition)
            }
            before = byte
        }
    }

    private mutating func compareShorts(
        _ byte: UInt8, _ at: Int, _ range: Range<Int>, _ table: Partition.Field, in partition: Partition
    ) {
        let bucket = table.shortStart + Int(byte)
        for index in Int(partition.buckets[bucket].start)..<Int(partition.buckets[bucket + 1].start) {
            let entry = partition.entries[index]
            let start = at + 1 - Int(entry.text.count)
            guard start >= range.lowerBound else { continue }
            if entry.anchor & 1 != 0, start != range.lowerBound { continue }
            if entry.anchor & 2 != 0, at + 1 != range.upperBound { continue }
            if equals(entry.text, start, in: partition) { discover(entry.predicate, in: partition) }
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
        TextKernels.equal(arena, at: start, partition.pool, literal.range)
    }
}
