import Bytes

/// Lays out the literal tables of every field in a partition's flat arrays.
struct TableBuilder {
    var fields: [Partition.Field] = []
    var bitmap: [UInt64] = []
    var buckets: [Partition.Bucket] = []
    var entries: [Partition.Entry] = []
    var numbers: [UInt64] = []
    var numberPredicates: [UInt32] = []

    /// The literals of one field by the table they go to.
    private struct Literals {
        var grams: [Partition.Entry] = []
        var wholes: [Partition.Entry] = []
        var shorts: [Partition.Entry] = []
        var numbers: [(bits: UInt64, predicate: UInt32)] = []
    }

    mutating func build(predicates: [Partition.Predicate], fieldCount: Int, isEager: [Bool], pool: [UInt8]) {
        fields = [Partition.Field](repeating: Partition.Field(), count: fieldCount + 1)
        var literals = [Literals](repeating: Literals(), count: fieldCount + 1)
        for (index, predicate) in predicates.enumerated() {
            let field = predicate.field == FlatTest.keyword ? fieldCount : Int(predicate.field)
            if predicate.kind == .present { fields[field].present = Int32(index) }
            note(predicate, in: field)
            guard predicate.isCovered, !predicate.isGroup else { continue }
            sort(predicate, UInt32(index), into: &literals[field], pool: pool)
        }
        for field in fields.indices {
            fields[field].isEager = isEager[field]
            addWholes(literals[field].wholes, to: field)
            addShorts(literals[field].shorts, to: field, pool: pool)
            addGrams(literals[field].grams, to: field, pool: pool)
            addNumbers(literals[field].numbers, to: field)
        }
    }

    private mutating func note(_ predicate: Partition.Predicate, in field: Int) {
        switch predicate.kind {
        case .expression, .timePart: fields[field].needsOriginal = true
        case .glob where predicate.flag & 1 != 0: fields[field].needsOriginal = true
        case .reference where predicate.flag & 4 != 0:
            fields[field].needsOriginal = true
            fields[Int(predicate.extra)].needsOriginal = true
        default: break
        }
    }

    private func sort(
        _ predicate: Partition.Predicate, _ index: UInt32, into literals: inout Literals, pool: [UInt8]
    ) {
        var entry = Partition.Entry(key: 0, predicate: index, text: predicate.text, position: 0, anchor: 0)
        switch predicate.kind {
        case .whole, .number:
            entry.anchor = 3
            entry.key = GramIndex.wholeHash(pool, predicate.text.range)
            literals.wholes.append(entry)
            if predicate.kind == .number { literals.numbers.append((predicate.bits, index)) }
            return
        case .prefix: entry.anchor = 1
        case .suffix: entry.anchor = 2
        default: break
        }
        if predicate.text.count < 4 { literals.shorts.append(entry) } else { literals.grams.append(entry) }
    }

    // MARK: Tables

    private mutating func addWholes(_ wholes: [Partition.Entry], to field: Int) {
        guard !wholes.isEmpty else { return }
        let bits = Self.bits(for: wholes.count)
        fields[field].wholeStart = buckets.count
        fields[field].wholeShift = UInt32(32 - bits)
        addBuckets(wholes, bits: bits) { $0.key >> UInt32(32 - bits) }
    }

    /// Short literals by their last byte.
    private mutating func addShorts(_ shorts: [Partition.Entry], to field: Int, pool: [UInt8]) {
        guard !shorts.isEmpty else { return }
        fields[field].shortStart = buckets.count
        let base = bitmap.count
        fields[field].shortSet = base
        bitmap.append(contentsOf: repeatElement(0, count: Partition.Field.shortSetBits / 64))
        for entry in shorts {
            let end = entry.text.range.upperBound
            // A single byte may follow any other.
            let before = entry.text.count > 1 ? pool[end - 2]...pool[end - 2] : 0...255
            for byte in before {
                let bit = Partition.Field.shortBit(byte, pool[end - 1])
                bitmap[base + bit >> 6] |= 1 << UInt64(bit & 63)
            }
        }
        addBuckets(shorts, bits: 8) { UInt32(pool[$0.text.range.upperBound - 1]) }
    }

    private mutating func addGrams(_ grams: [Partition.Entry], to field: Int, pool: [UInt8]) {
        guard !grams.isEmpty else { return }
        let grams = Self.filed(grams, pool: pool)
        let bits = Self.bits(for: grams.count)
        fields[field].gramStart = buckets.count
        let shift = UInt32(32 - bits)
        fields[field].gramShift = shift
        addBuckets(grams, bits: bits) { GramFilter.hash($0.key) >> shift }
        for entry in grams { noteNeighbours(of: entry, at: fields[field].gramStart, shift: shift, pool: pool) }
        let filterBits = max(Self.bits(for: grams.count * GramIndex.bitsPerLiteral), 8)
        fields[field].filterStart = bitmap.count
        fields[field].filterShift = UInt32(32 - filterBits)
        bitmap.append(contentsOf: repeatElement(0, count: 1 << (filterBits - 6)))
        for entry in grams {
            GramFilter.insert(
                entry.key, to: &bitmap, base: fields[field].filterStart, shift: fields[field].filterShift)
        }
    }

    /// Most grams found in a value are part of other words: the bytes around them tell without looking at the literals.
    private mutating func noteNeighbours(of entry: Partition.Entry, at start: Int, shift: UInt32, pool: [UInt8]) {
        let bucket = start + Int(GramFilter.hash(entry.key) >> shift)
        let first = entry.text.range.lowerBound + Int(entry.position)
        if entry.position > 0 {
            buckets[bucket].preceding |= 1 << UInt16(pool[first - 1] & 15)
        } else {
            buckets[bucket].preceding = .max
        }
        if first + 4 < entry.text.range.upperBound {
            buckets[bucket].following |= 1 << UInt16(pool[first + 4] & 15)
        } else {
            buckets[bucket].following = .max
        }
    }

    private mutating func addNumbers(_ pairs: [(bits: UInt64, predicate: UInt32)], to field: Int) {
        fields[field].numberStart = numbers.count
        fields[field].numberCount = pairs.count
        for pair in pairs.sorted(by: { ($0.bits, $0.predicate) < ($1.bits, $1.predicate) }) {
            numbers.append(pair.bits)
            numberPredicates.append(pair.predicate)
        }
    }

    /// Appends entries sorted by bucket, and the bucket boundaries.
    private mutating func addBuckets(_ items: [Partition.Entry], bits: Int, bucket: (Partition.Entry) -> UInt32) {
        var starts = [UInt32](repeating: 0, count: (1 << bits) + 1)
        for item in items { starts[Int(bucket(item)) + 1] += 1 }
        let base = UInt32(entries.count)
        starts[0] = base
        for index in 1..<starts.count { starts[index] += starts[index - 1] }
        var next = starts
        entries.append(contentsOf: items)
        for item in items {
            let place = Int(bucket(item))
            entries[Int(next[place])] = item
            next[place] += 1
        }
        buckets.append(contentsOf: starts.map { Partition.Bucket(start: $0) })
    }

    /// Bits of a table with at least `count` places, at most 2^24.
    private static func bits(for count: Int) -> Int {
        min(max(Int.bitWidth - (count - 1).leadingZeroBitCount, 1), 24)
    }

    /// Chooses each literal's gram: the one that the fewest literals have, and ordinary text has not.
    private static func filed(_ grams: [Partition.Entry], pool: [UInt8]) -> [Partition.Entry] {
        var counts = [UInt32](repeating: 0, count: 1 << 16)
        for entry in grams {
            for at in entry.text.range.dropLast(3) {
                counts[GramIndex.slot(GramIndex.gram(pool, at: at))] += 1
            }
        }
        let common = Commonplace.gramCounts
        return grams.map { entry in
            var entry = entry
            var best = UInt32.max
            for at in entry.text.range.dropLast(3) {
                let gram = GramIndex.gram(pool, at: at)
                let slot = GramIndex.slot(gram)
                let score = counts[slot] &+ UInt32(common[slot]) &* 256
                if score < best {
                    best = score
                    entry.key = gram
                    entry.position = UInt32(at - entry.text.range.lowerBound)
                }
            }
            return entry
        }
    }
}
