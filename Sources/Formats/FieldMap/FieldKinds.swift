import Bytes
import Events

/// What the kinds of a ``FieldMap`` add to an event, found by the bytes of the kind's name without making a `String` in the
/// steady state.
struct FieldKinds: Sendable {
    /// Most distinct names of kinds that are remembered; the adversary may write more, they are looked up anew.
    private static let limit = 1 << 12
    /// The kind of events that name none or an unknown one.
    static let plain = 0

    private struct Plan: Sendable {
        let origin: Origin
        /// Path → further names.
        let fields: [String: [String]]
        /// By field number, where the further names start in ``extra`` (0: none); grown as the vocabulary grows.
        var positions: [UInt16] = []
        /// Further names, each list ended by nil.
        var extra: [FieldID?] = [nil]
        var originID: OriginID?
    }

    private var plans: [Plan]
    private let indexOfName: [String: Int]
    private let indexOfMember: [String: Int]
    /// The origin of kinds that are not listed, where the kind is the service.
    private let originOfOthers: Origin?
    private var seen: [UInt64: [(name: [UInt8], plan: Int)]] = [:]
    private var seenCount = 0

    init(_ map: FieldMap) {
        var plans = [Plan(origin: map.origin, fields: [:])]
        var index: [String: Int] = [:]
        var indexOfKind: [(FieldMap.Kind, Int)] = []
        for (name, kind) in map.kinds.sorted(by: { $0.key < $1.key }) {
            if let known = indexOfKind.first(where: { $0.0 == kind }) {
                index[name] = known.1
                continue
            }
            index[name] = plans.count
            indexOfKind.append((kind, plans.count))
            plans.append(Plan(origin: kind.origin, fields: kind.fields))
        }
        self.plans = plans
        indexOfName = index
        indexOfMember = map.kindsOfMembers.compactMapValues { index[$0] }
        originOfOthers = map.kindIsService ? map.origin : nil
    }

    /// Whether there are kinds at all.
    var isEmpty: Bool { plans.count == 1 && originOfOthers == nil }

    /// The kind whose name stands as a word in the name of a file; the longest such name. ``plain`` if there is none.
    func kind(ofFile path: String) -> Int {
        let name = Array((path.split(separator: "/").last ?? "").lowercased().utf8)
        var best = (length: 0, kind: Self.plain)
        for (kind, index) in indexOfName.sorted(by: { $0.key < $1.key }) where kind.utf8.count > best.length {
            if Self.hasWord(Array(kind.utf8), in: name) { best = (kind.utf8.count, index) }
        }
        return best.kind
    }

    private static func hasWord(_ word: [UInt8], in text: [UInt8]) -> Bool {
        guard !word.isEmpty, word.count <= text.count else { return false }
        func isLetter(_ index: Int) -> Bool {
            text.indices.contains(index) && (text[index] &- 0x61 < 26 || text[index] &- 0x30 < 10)
        }
        for start in 0...(text.count - word.count) where text[start..<(start + word.count)].elementsEqual(word) {
            if !isLetter(start - 1), !isLetter(start + word.count) { return true }
        }
        return false
    }

    /// The kind that the presence of a path tells, or nil.
    func kind(ofMember path: String) -> Int? { indexOfMember[path] }

    /// The kind with this name, without case; ``plain`` if there is none.
    mutating func kind(named name: RawSpan) -> Int {
        let hash = FieldPaths.hash(name, seed: 0x9E37_79B9)
        if let entries = seen[hash] {
            for entry in entries where entry.name.count == name.byteCount {
                if name.equals(entry.name.span.bytes, at: 0, otherOffset: 0, length: entry.name.count) {
                    return entry.plan
                }
            }
        }
        var bytes: [UInt8] = []
        bytes.append(name)
        let text = String(decoding: bytes, as: UTF8.self).lowercased()
        let plan = indexOfName[text] ?? planOfOther(text)
        if seenCount < Self.limit, bytes.count <= 256 {
            seen[hash, default: []].append((bytes, plan))
            seenCount += 1
        }
        return plan
    }

    private mutating func planOfOther(_ name: String) -> Int {
        guard var origin = originOfOthers, seenCount < Self.limit, 1...64 ~= name.utf8.count else { return Self.plain }
        origin.service = name
        plans.append(Plan(origin: origin, fields: [:]))
        return plans.count - 1
    }

    /// Sets the origin of an event of a kind and appends the further names of its slots. The slots of the event must be the
    /// last of the batch. O(slots).
    mutating func apply(
        _ kind: Int, to head: inout EventHead, shapes: inout ValueShapes, in batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        if let origin = plans[kind].originID {
            head.origin = origin
        } else {
            let origin = vocabulary.origin(plans[kind].origin)
            plans[kind].originID = origin
            head.origin = origin
        }
        guard !plans[kind].fields.isEmpty else { return }
        for index in Int(head.firstSlot)..<batch.slots.count {
            let slot = batch.slots[index]
            var position = Int(self.position(of: slot.field, in: kind, &vocabulary))
            guard position > 0, var copy = shapes.shaped(slot, in: &batch, vocabulary) else { continue }
            while let name = plans[kind].extra[position] {
                copy.field = name
                batch.slots.append(copy)
                position += 1
            }
        }
    }

    @inline(__always)
    private mutating func position(of field: FieldID, in kind: Int, _ vocabulary: inout Vocabulary) -> UInt16 {
        let index = Int(field.index)
        if index < plans[kind].positions.count { return plans[kind].positions[index] }
        grow(kind, &vocabulary)
        return index < plans[kind].positions.count ? plans[kind].positions[index] : 0
    }

    private mutating func grow(_ kind: Int, _ vocabulary: inout Vocabulary) {
        while plans[kind].positions.count < vocabulary.fieldNames.count {
            let path = vocabulary.fieldNames[plans[kind].positions.count]
            guard let names = plans[kind].fields[path], plans[kind].extra.count + names.count < Int(UInt16.max) else {
                plans[kind].positions.append(0)
                continue
            }
            plans[kind].positions.append(UInt16(plans[kind].extra.count))
            for name in names { plans[kind].extra.append(vocabulary.field(name)) }
            plans[kind].extra.append(nil)
        }
    }
}
