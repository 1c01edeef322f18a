import Bytes

/// What changed between an ELF file and its reference, as ``PEComparison`` tells it of PE files.
public struct ELFComparison: Sendable {
    /// How the two relate.
    public var relation: PERelation
    /// What changed, most severe first, then by code. Places are those in the new file.
    public var findings: [Finding] = []

    /// A kind of difference: code, title, severity in a file whose code is the same otherwise, and in a new build.
    private struct Change {
        var code: String
        var title: String
        var patched: Finding.Severity
        var rebuilt: Finding.Severity?
        var falsePositives = ""
    }

    private static let tlsAppeared = Change(
        code: "ELF-C01", title: "Thread-local block appeared or vanished", patched: .high, rebuilt: .informational)
    private static let template = Change(
        code: "ELF-C02", title: "Thread-local block or its template changed", patched: .high, rebuilt: nil,
        falsePositives: "edited initial values of thread-local variables")
    private static let initialiser = Change(
        code: "ELF-C03", title: "Function that runs before or after main added or redirected", patched: .high,
        rebuilt: .informational, falsePositives: "instrumentation")
    private static let entry = Change(
        code: "ELF-C04", title: "Entry point moved", patched: .high, rebuilt: nil, falsePositives: "packing")
    private static let rights = Change(
        code: "ELF-C05", title: "Segment became writable and executable", patched: .medium, rebuilt: .medium,
        falsePositives: "packing")
    private static let segments = Change(
        code: "ELF-C06", title: "Loaded segment added or resized", patched: .medium, rebuilt: nil,
        falsePositives: "tools that edit the interpreter or the search path (patchelf)")
    private static let code = Change(
        code: "ELF-C07", title: "Code changed", patched: .medium, rebuilt: .informational,
        falsePositives: "another version")
    private static let content = Change(
        code: "ELF-C08", title: "Data changed, code did not", patched: .low, rebuilt: nil,
        falsePositives: "edited configuration, build identity, debug links")
    private static let unrelated = Change(
        code: "ELF-C09", title: "Not the same program as the reference", patched: .low, rebuilt: .low,
        falsePositives: "a file replaced by one for another processor")

    /// Compares two inspected files. The bytes must be those the reports were made of. O(bytes).
    public init(of new: ELFReport, _ newBytes: RawSpan, against old: ELFReport, _ oldBytes: RawSpan) {
        relation = .identical
        if newBytes.byteCount == oldBytes.byteCount,
            newBytes.equals(oldBytes, at: 0, otherOffset: 0, length: newBytes.byteCount)
        {
            return
        }
        guard let image = new.image, let before = old.image, image.machine == before.machine,
            image.encoding == before.encoding, image.type == before.type
        else {
            relation = .unrelated
            let names = [new.image, old.image].map { $0.map { "\($0.machineName) \($0.role)" } ?? "unreadable" }
            add(Self.unrelated, "\(names[0]), the reference is \(names[1])")
            return
        }
        let changed = Self.changedCode(image, newBytes, before, oldBytes)
        relation = changed.blocks <= max(2, changed.of / 16) && changed.blocks * 2 <= changed.of ? .patched : .rebuilt
        compareTLS(new, newBytes, old, oldBytes)
        compareInitialisers(image, newBytes, before, oldBytes)
        compareSegments(image, before)
        if changed.blocks > 0 {
            add(Self.code, "\(changed.blocks) of \(changed.of) blocks of 512 bytes of executable segments differ")
        } else if findings.isEmpty {
            add(Self.content, "no loaded structure that this program looks at changed")
        }
        findings.sort { $0.severity == $1.severity ? $0.code < $1.code : $0.severity > $1.severity }
    }

    private mutating func add(_ change: Change, _ why: String, at place: Finding.Place = Finding.Place()) {
        guard let severity = relation == .rebuilt ? change.rebuilt : change.patched else { return }
        findings.append(
            Finding(
                code: change.code, title: change.title, severity: severity,
                confidence: relation == .patched ? .certain : .likely, why: why,
                falsePositives: change.falsePositives, place: place))
    }

    private mutating func compareTLS(
        _ new: ELFReport, _ newBytes: RawSpan, _ old: ELFReport, _ oldBytes: RawSpan
    ) {
        guard let block = new.tls else {
            if old.tls != nil { add(Self.tlsAppeared, "the reference has a thread-local block, this file has none") }
            return
        }
        let place = ELFRules.place(block.segment)
        guard let before = old.tls else {
            return add(
                Self.tlsAppeared,
                "\(block.templateSize) bytes of template and \(block.zeroSize) of zeroes; the reference has none",
                at: place)
        }
        var changes: [String] = []
        if block.templateSize != before.templateSize || block.zeroSize != before.zeroSize {
            changes.append(
                "size \(before.templateSize)+\(before.zeroSize) became \(block.templateSize)+\(block.zeroSize) bytes")
        }
        if block.segment.address != before.segment.address {
            changes.append("address \(before.segment.address.hexText) became \(block.segment.address.hexText)")
        }
        if block.segment.flags != before.segment.flags {
            changes.append("flags \(before.segment.flags) became \(block.segment.flags)")
        }
        if let a = Self.bytes(block, newBytes), let b = Self.bytes(before, oldBytes), a.count == b.count,
            !newBytes.equals(oldBytes, at: a.lowerBound, otherOffset: b.lowerBound, length: a.count)
        {
            changes.append("the \(a.count) bytes of the template differ")
        }
        if !changes.isEmpty { add(Self.template, changes.joined(separator: "; "), at: place) }
    }

    private static func bytes(_ block: ELFTLS, _ bytes: RawSpan) -> Range<Int>? {
        guard let start = block.loadedOffset.flatMap(Int.init(exactly:)), let size = Int(exactly: block.templateSize),
            bytes.holds(size, at: start)
        else { return nil }
        return start..<(start + size)
    }

    private mutating func compareInitialisers(
        _ new: ELFImage, _ newBytes: RawSpan, _ old: ELFImage, _ oldBytes: RawSpan
    ) {
        let now = ELFInitialisers(new, newBytes)
        let before = ELFInitialisers(old, oldBytes)
        for (name, entries, others) in [
            ("init", now.initialisers, before.initialisers), ("fini", now.finalisers, before.finalisers),
        ] {
            let known = Set(others.map(\.target))
            let added = entries.filter { !known.contains($0.target) }
            guard let first = added.first else { continue }
            add(
                Self.initialiser,
                "\(added.count) entries of the \(name) array are not in the reference, the first is slot "
                    + "\(first.slot): \(first.target?.hexText ?? "a symbol of another file")",
                at: Finding.Place(address: first.slotAddress, region: "\(name) array"))
        }
        for (tag, name) in [(ELFDynamic.Tag.initialiser, "DT_INIT"), (.finaliser, "DT_FINI")] {
            guard let now = new.dynamic?[tag], now != old.dynamic?[tag] else { continue }
            let before = old.dynamic?[tag]?.hexText ?? "none"
            add(
                Self.initialiser, "\(name): \(before) became \(now.hexText)",
                at: Finding.Place(address: now, region: name))
        }
        if new.entry != old.entry {
            add(
                Self.entry, "\(old.entry.hexText) became \(new.entry.hexText)",
                at: Finding.Place(address: new.entry, region: "entry point"))
        }
    }

    private mutating func compareSegments(_ new: ELFImage, _ old: ELFImage) {
        func loads(_ image: ELFImage) -> [ELFSegment] { image.segments.filter { $0.type == ELFSegment.load } }
        let (now, before) = (loads(new), loads(old))
        for segment in now where segment.isWritable && segment.isExecutable {
            let twin = before.first { $0.address == segment.address }
            guard twin.map({ !($0.isWritable && $0.isExecutable) }) ?? true else { continue }
            add(Self.rights, "segment \(segment.index) at \(segment.address.hexText)", at: ELFRules.place(segment))
            break
        }
        let known = Set(before.map { [$0.address, $0.memorySize] })
        let other = now.filter { !known.contains([$0.address, $0.memorySize]) }
        if let first = other.first {
            add(
                Self.segments,
                "\(other.count) segments are not as in the reference, the first is \(first.index) at "
                    + "\(first.address.hexText), \(first.memorySize) bytes", at: ELFRules.place(first))
        }
    }

    /// Blocks of executable segments that differ, and how many there are.
    private static func changedCode(
        _ new: ELFImage, _ newBytes: RawSpan, _ old: ELFImage, _ oldBytes: RawSpan
    ) -> (blocks: Int, of: Int) {
        var total = (blocks: 0, of: 0)
        var budget = PEDifference.budget(newBytes, oldBytes)
        // As many bytes of both: one more header must not shift all that is compared behind it.
        let headers = max(Self.headerLength(new), Self.headerLength(old))
        for segment in old.segments where segment.type == ELFSegment.load && segment.isExecutable {
            let twin = new.segments.first {
                $0.type == ELFSegment.load && $0.isExecutable && $0.address == segment.address
            }
            let result = PEDifference.blocks(
                newBytes, twin.map { range(of: $0, newBytes, from: headers) } ?? 0..<0, oldBytes,
                range(of: segment, oldBytes, from: headers), budget: &budget)
            total.blocks += result.changed
            total.of += result.of
        }
        return total
    }

    private static func headerLength(_ image: ELFImage) -> UInt64 {
        UInt64(image.encoding.headerSize + image.segments.count * image.encoding.programHeaderSize)
    }

    /// A segment's bytes; the file's headers, where they lie in it, are compared field by field instead.
    private static func range(of segment: ELFSegment, _ bytes: RawSpan, from headers: UInt64) -> Range<Int> {
        let count = UInt64(bytes.byteCount)
        let end = min(segment.offset.addingReportingOverflow(segment.fileSize).partialValue, count)
        let start = max(segment.offset, min(headers, end))
        return start < end ? Int(start)..<Int(end) : 0..<0
    }
}
