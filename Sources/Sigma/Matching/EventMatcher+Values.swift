import Bytes

extension EventMatcher {
    /// Offers a value as UTF-8. Bytes that are not UTF-8 are compared as they are. O(n), one pass.
    public mutating func add(field: RouteField, utf8 bytes: RawSpan) {
        guard isWanted(field) else { return }
        let source = bytes.extracting(first: Self.maximumValueLength)
        if source.byteCount < bytes.byteCount { truncated += 1 }
        let start = used
        reserve(source.byteCount)
        let copied = TextKernels.copyFoldingASCII(source, to: &arena, at: used)
        used += copied
        if copied < source.byteCount { foldUTF8(source, from: copied) }
        var value = Value(
            field: field.index, start: Int32(start), count: Int32(used - start), originalStart: -1, originalCount: 0,
            next: -1)
        if wantsOriginal(field) {
            reserveOriginals(source.byteCount)
            TextKernels.copy(source, to: &originals, at: usedOriginals)
            value.originalStart = Int32(usedOriginals)
            value.originalCount = Int32(source.byteCount)
            usedOriginals += source.byteCount
        }
        append(value)
    }

    /// Offers a value as UTF-16LE, as it lies in an event log: narrowed and folded in one pass. A lone surrogate becomes
    /// U+FFFD; an odd last byte is left out.
    public mutating func add(field: RouteField, utf16LE bytes: RawSpan) {
        guard isWanted(field) else { return }
        let source = bytes.extracting(first: Self.maximumValueLength)
        if source.byteCount < bytes.byteCount { truncated += 1 }
        let units = source.byteCount / 2
        let start = used
        reserve(units)
        let copied = TextKernels.copyNarrowing(utf16LE: source, to: &arena, at: used, fold: true)
        used += copied
        if copied < units {
            reserve(3 * (units - copied))
            Self.decode(source, from: copied, fold: true, to: &arena, at: &used)
        }
        var value = Value(
            field: field.index, start: Int32(start), count: Int32(used - start), originalStart: -1, originalCount: 0,
            next: -1)
        if wantsOriginal(field) {
            value.originalStart = Int32(usedOriginals)
            reserveOriginals(units)
            let copied = TextKernels.copyNarrowing(utf16LE: source, to: &originals, at: usedOriginals, fold: false)
            usedOriginals += copied
            if copied < units {
                reserveOriginals(3 * (units - copied))
                Self.decode(source, from: copied, fold: false, to: &originals, at: &usedOriginals)
            }
            value.originalCount = Int32(usedOriginals) - value.originalStart
        }
        append(value)
    }

    /// Offers a whole number as decimal text.
    public mutating func add(field: RouteField, integer: Int64) {
        guard isWanted(field) else { return }
        var digits: InlineArray<20, UInt8> = .init(repeating: 0)
        var at = 20
        var rest = integer.magnitude
        repeat {
            at -= 1
            digits[at] = UInt8(truncatingIfNeeded: rest % 10) + 0x30
            rest /= 10
        } while rest > 0
        reserve(21)
        let start = used
        if integer < 0 {
            arena[used] = UInt8(ascii: "-")
            used += 1
        }
        while at < 20 {
            arena[used] = digits[at]
            used += 1
            at += 1
        }
        appendASCII(field, from: start)
    }

    /// Offers an unsigned number as decimal text.
    public mutating func add(field: RouteField, unsigned: UInt64) {
        if let signed = Int64(exactly: unsigned) { return add(field: field, integer: signed) }
        add(field: field, text: String(unsigned))
    }

    /// Offers a text that is already a string (computed fields); not for hot paths.
    public mutating func add(field: RouteField, text: String) {
        let utf8 = Array(text.utf8)
        add(field: field, utf8: utf8.span.bytes)
    }

    // MARK: Parts

    /// Whether any rule can look at the field.
    @inline(__always)
    private func isWanted(_ field: RouteField) -> Bool {
        (field.index >= 0 || partition.wantsEveryField) && Int(field.index) < partition.keywordField
    }

    @inline(__always)
    private func wantsOriginal(_ field: RouteField) -> Bool {
        (field.index >= 0 && partition.fields[Int(field.index)].needsOriginal)
            || (partition.wantsEveryField && partition.fields[partition.keywordField].needsOriginal)
    }

    /// Makes room for `count` more bytes.
    @inline(__always)
    private mutating func reserve(_ count: Int) {
        if arena.count - used < count { Self.extend(&arena, by: count) }
    }

    @inline(__always)
    private mutating func reserveOriginals(_ count: Int) {
        if originals.count - usedOriginals < count { Self.extend(&originals, by: count) }
    }

    private static func extend(_ bytes: inout [UInt8], by count: Int) {
        bytes.append(contentsOf: repeatElement(0, count: max(count, bytes.count, 4096)))
    }

    /// A value whose folded and original text are the same: digits and the like.
    private mutating func appendASCII(_ field: RouteField, from start: Int) {
        var value = Value(
            field: field.index, start: Int32(start), count: Int32(used - start), originalStart: -1, originalCount: 0,
            next: -1)
        if wantsOriginal(field) {
            reserveOriginals(used - start)
            value.originalStart = Int32(usedOriginals)
            value.originalCount = value.count
            for index in start..<used {
                originals[usedOriginals] = arena[index]
                usedOriginals += 1
            }
        }
        append(value)
    }

    @inline(__always)
    private mutating func append(_ value: Value) {
        guard values.count < Self.maximumValueCount else {
            truncated += 1
            return
        }
        let index = Int32(values.count)
        values.append(value)
        guard value.field >= 0 else { return }
        let field = Int(value.field)
        if fields[field].epoch == epoch {
            values[Int(fields[field].last)].next = index
            fields[field].last = index
        } else {
            fields[field] = FieldState(epoch: epoch, first: index, last: index, isScanned: false)
        }
    }

    /// Folds from the first byte that is not ASCII on.
    private mutating func foldUTF8(_ source: RawSpan, from offset: Int) {
        // A scalar of two bytes may fold to one of three.
        reserve(2 * (source.byteCount - offset))
        var at = offset
        while at < source.byteCount {
            let byte = TextKernels.byte(source, at: at)
            if byte < 0x80 {
                arena[used] = byte &- 0x41 < 26 ? byte | 0x20 : byte
                used += 1
                at += 1
            } else if let (scalar, length) = Self.scalar(source, at) {
                FoldedText.put(FoldedText.fold(scalar), into: &arena, at: &used)
                at += length
            } else {
                arena[used] = byte
                used += 1
                at += 1
            }
        }
    }

    /// The scalar at `at` when it is well-formed UTF-8 there (no overlong forms, no surrogates).
    private static func scalar(_ source: RawSpan, _ at: Int) -> (UInt32, Int)? {
        let lead = UInt32(TextKernels.byte(source, at: at))
        guard lead >= 0xC2, lead <= 0xF4 else { return nil }
        let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        guard at + length <= source.byteCount else { return nil }
        var scalar = length == 2 ? lead & 0x1F : length == 3 ? lead & 0x0F : lead & 0x07
        for index in 1..<length {
            let byte = UInt32(TextKernels.byte(source, at: at + index))
            guard byte & 0xC0 == 0x80 else { return nil }
            scalar = scalar << 6 | byte & 0x3F
        }
        let least: UInt32 = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000
        guard scalar >= least, scalar <= 0x10FFFF, scalar &- 0xD800 >= 0x800 else { return nil }
        return (scalar, length)
    }

    /// Writes UTF-16LE from unit `offset` on as UTF-8; there must be room for three bytes a unit.
    private static func decode(
        _ source: RawSpan, from offset: Int, fold: Bool, to bytes: inout [UInt8], at end: inout Int
    ) {
        func unit(_ index: Int) -> UInt32 {
            UInt32(TextKernels.byte(source, at: 2 * index)) | UInt32(TextKernels.byte(source, at: 2 * index + 1)) << 8
        }
        let units = source.byteCount / 2
        var at = offset
        while at < units {
            var scalar = unit(at)
            at += 1
            if scalar &- 0xD800 < 0x400, at < units, unit(at) &- 0xDC00 < 0x400 {
                scalar = 0x10000 + (scalar - 0xD800) << 10 + (unit(at) - 0xDC00)
                at += 1
            }
            FoldedText.put(fold ? FoldedText.fold(scalar) : scalar, into: &bytes, at: &end)
        }
    }
}
