import Bytes
import Events

/// Writes the fields of one event after another into a batch, each under its native name and the further names of the
/// ``FieldMap``; notes what they say of the event as a whole; and ends the event with its head.
///
///     begin(batch) ─ name(key) → add(value)… ─ end(offset, length, record)  →  slots and one head
struct FieldWriter: Sendable {
    /// Most slots of one event; further values are counted as a defect by ``end(_:into:vocabulary:)``.
    static let slotLimit = 1 << 16

    /// Where the record stands, and what the decoder itself knows of it.
    struct Record {
        /// Offset of the raw record in the source.
        var offset: Int64
        /// Its length in bytes.
        var length: Int
        /// Line within the segment, or ordinal.
        var record: UInt64
        /// The time, where the decoder has worked it out; else the members with a time role are read.
        var time: Timestamp?
        /// The kind's number, where the decoder knows it (``FieldWriter/kind(named:)``).
        var kind: Int?
        /// Whether the whole source states no times, which its decoder has reported once.
        var isTimeless = false
    }

    var paths: FieldPaths
    private(set) var kinds: FieldKinds
    private var shapes: ValueShapes
    private var derived: DerivedFields
    private var kindOfFile = FieldKinds.plain
    private var kindName: [UInt8] = []
    private(set) var marks = FieldMarks()
    private var kindOfMember = 0
    /// The first slot of the event.
    private(set) var firstSlot = 0
    private var isComplete = true
    private let map: FieldMap
    /// Seconds east of Greenwich that local times without a zone are in.
    var zone = 0
    /// The source's last change, for records that need state no time (``FieldMap/isUndated``).
    private var modified: Timestamp?
    private var hasSaidUndated = false

    /// A writer whose names mean what `map` says.
    init(map: FieldMap) {
        self.map = map
        paths = FieldPaths(map: map)
        kinds = FieldKinds(map)
        shapes = ValueShapes(map: map)
        derived = DerivedFields(map: map)
    }

    /// Begins a source: what its facts say of times, and what the name of its file says.
    mutating func begin(_ source: SourceFacts) {
        zone = source.zone
        kindOfFile = map.kindOfFile ? kinds.kind(ofFile: source.path) : FieldKinds.plain
        modified = map.isUndated ? source.modified : nil
        hasSaidUndated = false
    }

    /// Begins an event: its slots are those appended from here on.
    @inline(__always)
    mutating func begin(_ batch: borrowing EventBatch) {
        paths.beginRecord()
        marks = FieldMarks()
        kindOfMember = 0
        firstSlot = batch.slots.count
        isComplete = true
    }

    /// The number of a top-level name, for ``add(_:offset:length:into:)``; valid until the next ``begin(_:)``.
    @inline(__always)
    mutating func name(_ key: RawSpan, vocabulary: inout Vocabulary) -> Int {
        paths.child(of: FieldPaths.root, key: key, isEscaped: false, vocabulary: &vocabulary)
    }

    /// The same for a name of ours.
    mutating func name(_ key: StaticString, vocabulary: inout Vocabulary) -> Int {
        let bytes = Array(key.description.utf8)
        return name(bytes.span.bytes, vocabulary: &vocabulary)
    }

    /// The number of a kind (``FieldMap/kinds``) for ``Record/kind``; 0 when there is none of that name.
    @inline(__always)
    mutating func kind(named name: RawSpan) -> Int { kinds.kind(named: name) }

    /// Appends a value that lies in the batch's base.
    @inline(__always)
    mutating func add(_ name: Int, offset: Int, length: Int, into batch: inout EventBatch) {
        guard let field = paths.nodes[name].field else { return }
        add(
            FieldSlot(
                field: field, offset: UInt32(truncatingIfNeeded: offset), length: UInt32(truncatingIfNeeded: length),
                encoding: .utf8, inArena: false), name, into: &batch)
    }

    /// Appends a value that lies in the batch's base or, `inArena`, anywhere in its arena.
    @inline(__always)
    mutating func add(_ name: Int, offset: Int, length: Int, inArena: Bool, into batch: inout EventBatch) {
        guard let field = paths.nodes[name].field else { return }
        add(
            FieldSlot(
                field: field, offset: UInt32(truncatingIfNeeded: offset), length: UInt32(truncatingIfNeeded: length),
                encoding: .utf8, inArena: inArena), name, into: &batch)
    }

    /// Appends a value that has been appended to the batch's arena from `start` on.
    @inline(__always)
    mutating func add(_ name: Int, arenaFrom start: Int, into batch: inout EventBatch) {
        guard let field = paths.nodes[name].field else { return }
        add(
            FieldSlot(
                field: field, offset: UInt32(truncatingIfNeeded: start),
                length: UInt32(truncatingIfNeeded: batch.arena.count &- start), encoding: .utf8, inArena: true),
            name, into: &batch)
    }

    /// Appends the value of another slot under a further name.
    @inline(__always)
    mutating func add(_ name: Int, sameAs slot: FieldSlot, into batch: inout EventBatch) {
        guard let field = paths.nodes[name].field else { return }
        var copy = slot
        copy.field = field
        add(copy, name, into: &batch)
    }

    /// Appends a value of ours.
    mutating func add(_ name: Int, text: some Sequence<UInt8>, into batch: inout EventBatch) {
        let start = batch.arena.count
        batch.arena.append(contentsOf: text)
        add(name, arenaFrom: start, into: &batch)
    }

    @inline(__always)
    private mutating func add(_ slot: FieldSlot, _ name: Int, into batch: inout EventBatch) {
        guard batch.slots.count &- firstSlot < Self.slotLimit else {
            isComplete = false
            return
        }
        batch.slots.append(slot)
        if !paths.nodes[name].isPlain { addMeaning(of: slot, name, into: &batch) }
    }

    /// What a value is besides a field: further names, its role, the kind it tells.
    @inline(never)
    private mutating func addMeaning(of slot: FieldSlot, _ name: Int, into batch: inout EventBatch) {
        let node = paths.nodes[name]
        let first = batch.slots.count - 1
        if node.aliasCount > 0 { addAliases(of: slot, node, into: &batch) }
        if node.role.isSomething { marks.note(node.role, slot: first) }
        if node.kind > 0, kindOfMember == 0 { kindOfMember = Int(node.kind) }
    }

    private func addAliases(of slot: FieldSlot, _ node: FieldPaths.Node, into batch: inout EventBatch) {
        var copy = slot
        if node.bracesGUIDs, slot.length == 36, let braced = batch.withBytes(of: slot, GUIDText.braced) {
            copy.offset = UInt32(truncatingIfNeeded: batch.arena.count)
            copy.length = UInt32(truncatingIfNeeded: braced.count)
            copy.inArena = true
            batch.arena.append(contentsOf: braced)
        }
        if node.isEscapedTwice, let plain = batch.withBytes(of: slot, WindowsNames.unescapedOnceMore) {
            copy.offset = UInt32(truncatingIfNeeded: batch.arena.count)
            copy.length = UInt32(truncatingIfNeeded: plain.count)
            copy.inArena = true
            batch.arena.append(contentsOf: plain)
        }
        let first = Int(node.firstAlias)
        for index in first..<(first &+ Int(node.verbatimCount)) {
            copy.field = paths.aliases[index]
            batch.slots.append(copy)
        }
        guard node.aliasCount > node.verbatimCount else { return }
        if node.shape > 0 {
            guard let shaped = paths.shapes[Int(node.shape) - 1].apply(to: copy, in: &batch) else { return }
            copy = shaped
        }
        for index in (first &+ Int(node.verbatimCount))..<(first &+ Int(node.aliasCount)) {
            copy.field = paths.aliases[index]
            batch.slots.append(copy)
        }
    }

    /// The time that the members added so far state, or nil.
    func timeOfMembers(in batch: EventBatch) -> Timestamp? {
        let time = marks.time(in: batch, map: map, zone: zone)
        return time == .unknown ? nil : time
    }

    /// Throws the event's slots away.
    mutating func abandon(_ batch: inout EventBatch) {
        batch.slots.removeLast(batch.slots.count - firstSlot)
    }

    /// Ends the event: completes it by its kind and appends its head. A time that cannot be told is a defect.
    ///
    /// - Parameter complete: Last changes of the head; it may append further slots.
    @inline(__always)
    mutating func end(
        _ record: Record, into batch: inout EventBatch, vocabulary: inout Vocabulary,
        complete: (inout EventHead, FieldMarks, inout EventBatch, inout Vocabulary) -> Void = { _, _, _, _ in }
    ) {
        var time = record.time ?? marks.time(in: batch, map: map, zone: zone)
        if time == .unknown, let modified { time = modified }
        var head = EventHead(
            time: time, origin: OriginID(index: 0), firstSlot: Int32(firstSlot), slotCount: 0,
            hostSlot: Int32(marks.host.slot), offset: record.offset, length: Int32(clamping: record.length),
            record: record.record)
        if marks.recordID.slot >= 0 {
            head.eventRecordID = batch.withBytes(of: batch.slots[marks.recordID.slot], DecimalText.parse) ?? -1
        }
        if !derived.isEmpty {
            derived.append(firstSlot: firstSlot, shapes: &shapes, into: &batch, vocabulary: &vocabulary)
        }
        kinds.apply(kind(record, batch), to: &head, shapes: &shapes, in: &batch, vocabulary: &vocabulary)
        complete(&head, marks, &batch, &vocabulary)
        if (head.time == .unknown && !record.isTimeless) || !isComplete { report(head.time, record, into: &batch) }
        head.slotCount = Int32(batch.slots.count - firstSlot)
        batch.events.append(head)
    }

    @inline(__always)
    private mutating func kind(_ record: Record, _ batch: borrowing EventBatch) -> Int {
        if kinds.isEmpty { return FieldKinds.plain }
        if let kind = record.kind { return kind }
        if map.kindPartCount > 0, let kind = composedKind(batch) { return kind }
        if marks.kind.slot >= 0 {
            if marks.kindSuffix.slot >= 0, let kind = suffixedKind(batch) { return kind }
            let slot = batch.slots[marks.kind.slot]
            let named = batch.withBytes(of: slot) { kinds.kind(named: $0) }
            if named != FieldKinds.plain { return named }
        }
        return kindOfMember != FieldKinds.plain ? kindOfMember : kindOfFile
    }

    /// The kind named by several members, joined by `/`; nil when one is missing or there is no such kind.
    private mutating func composedKind(_ batch: borrowing EventBatch) -> Int? {
        kindName.removeAll(keepingCapacity: true)
        for part in 0..<map.kindPartCount {
            guard marks.kindParts[part] >= 0 else { return nil }
            if part > 0 { kindName.append(UInt8(ascii: "/")) }
            batch.withBytes(of: batch.slots[Int(marks.kindParts[part])]) { kindName.append($0) }
        }
        let name = kindName
        let kind = kinds.kind(named: name.span.bytes)
        return kind == FieldKinds.plain ? nil : kind
    }

    /// The kind's name with the suffix that another member's text asks for; nil when it asks for none or there is no
    /// such kind.
    private mutating func suffixedKind(_ batch: borrowing EventBatch) -> Int? {
        let member = batch.slots[Int(marks.kindSuffix.slot)]
        let rules = map.kindSuffixes[Int(marks.kindSuffix.rules) - 1]
        guard let rule = rules.first(where: { rule in batch.withBytes(of: member) { rule.holds($0) } }) else {
            return nil
        }
        kindName.removeAll(keepingCapacity: true)
        batch.withBytes(of: batch.slots[marks.kind.slot]) { kindName.append($0) }
        kindName += rule.suffix
        let name = kindName
        let kind = kinds.kind(named: name.span.bytes)
        return kind == FieldKinds.plain ? nil : kind
    }

    private mutating func report(_ time: Timestamp, _ record: Record, into batch: inout EventBatch) {
        if time == .unknown, !record.isTimeless, !(map.isUndated && hasSaidUndated) {
            hasSaidUndated = true
            batch.defects.append(Defect(code: "event-without-time", offset: record.offset))
        }
        if !isComplete {
            batch.defects.append(
                Defect(
                    code: "too-many-fields", offset: record.offset,
                    detail: "only the first \(Self.slotLimit) values are kept"))
        }
    }
}
