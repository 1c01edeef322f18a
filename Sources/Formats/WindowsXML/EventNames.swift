import Bytes
import EVTX
import Events

/// The flat names of the elements and attributes of event XML, as ids, found by their bytes: in steady state a name costs
/// one comparison with the one that followed last time.
///
/// Names are the adversary's: the hash is seeded, hits are verified, and a table that grows past ``limit`` starts anew.
struct EventNames: Sendable {
    /// Most names kept.
    static let limit = 1 << 16
    /// Longest name in bytes; what is longer is no field.
    static let nameLimit = 1024

    /// What a name stands in: the same name means different fields in different places.
    enum Space: UInt8, Sendable {
        /// The text of an element of `<System>`, or its attribute.
        case system, systemAttribute
        /// The `Name` of a `<Data>`.
        case dataName
        /// An element of `<EventData>`, `<UserData>` or anything else, or its attribute.
        case element, attribute
        /// An element of `<RenderingInfo>`, or its attribute.
        case rendering, renderingAttribute
    }

    /// One name.
    struct Entry: Sendable {
        /// The field; nil for what is no field.
        fileprivate(set) var field: FieldID?
        /// The name without its spaces, where it has any.
        fileprivate(set) var alias: FieldID?
        /// What it says of the event as a whole.
        fileprivate(set) var system = EVTXSystemField.none
        /// Whether GUIDs get the braces that Windows shows.
        fileprivate(set) var bracesGUIDs = false
    }

    private struct Key: Sendable {
        let hash: UInt64
        let start: UInt32
        let first: UInt32
        let second: UInt32
        let space: Space
    }

    private(set) var entries: [Entry] = []
    private var keys: [Key] = []
    private var bytes: [UInt8] = []
    private var successors: [UInt32] = []
    private var previous = 0
    private var table: [UInt32] = []
    private let seed = UInt64.random(in: .min ... .max)
    private static let fieldsOfSystem = Dictionary(
        uniqueKeysWithValues: EVTXSystemField.allCases.filter { $0 != .none }.map { ($0.name, $0) })

    init() { forget() }

    /// Begins an event. Numbers of before are not valid any more.
    mutating func beginEvent() {
        previous = 0
        if entries.count > Self.limit { forget() }
    }

    private mutating func forget() {
        // Number 0 is no name: the start of an event.
        entries = [Entry()]
        keys = [Key(hash: 0, start: 0, first: 0, second: 0, space: .system)]
        bytes.removeAll()
        successors = [0]
        table = [UInt32](repeating: 0, count: 1024)
        previous = 0
    }

    /// The number of a name in ``entries``: of an element (`second` empty), of an attribute of it, or of a `<Data>`.
    @inline(__always)
    mutating func number(
        _ space: Space, _ first: RawSpan, _ second: RawSpan, vocabulary: inout Vocabulary
    ) -> Int {
        let guess = Int(successors[previous])
        if guess != 0, holds(guess, space, first, second) {
            previous = guess
            return guess
        }
        let number = find(space, first, second, vocabulary: &vocabulary)
        successors[previous] = UInt32(truncatingIfNeeded: number)
        previous = number
        return number
    }

    @inline(__always)
    private func holds(_ number: Int, _ space: Space, _ first: RawSpan, _ second: RawSpan) -> Bool {
        let key = keys[number]
        guard key.space == space, Int(key.first) == first.byteCount, Int(key.second) == second.byteCount else {
            return false
        }
        return first.equals(bytes, at: 0, from: Int(key.start), length: first.byteCount)
            && second.equals(bytes, at: 0, from: Int(key.start &+ key.first), length: second.byteCount)
    }

    @inline(never)
    private mutating func find(
        _ space: Space, _ first: RawSpan, _ second: RawSpan, vocabulary: inout Vocabulary
    ) -> Int {
        let hash = FieldPaths.hash(second, seed: FieldPaths.hash(first, seed: seed ^ UInt64(space.rawValue)))
        let mask = table.count &- 1
        var index = Int(truncatingIfNeeded: hash) & mask
        while table[index] != 0 {
            let candidate = Int(table[index])
            if keys[candidate].hash == hash, holds(candidate, space, first, second) { return candidate }
            index = (index &+ 1) & mask
        }
        let number = entries.count
        keys.append(
            Key(
                hash: hash, start: UInt32(truncatingIfNeeded: bytes.count),
                first: UInt32(truncatingIfNeeded: first.byteCount),
                second: UInt32(truncatingIfNeeded: second.byteCount),
                space: space))
        bytes.append(first)
        bytes.append(second)
        entries.append(entry(space, first, second, vocabulary: &vocabulary))
        successors.append(0)
        if entries.count * 2 > table.count {
            table = [UInt32](repeating: 0, count: table.count * 2)
            for number in 1..<entries.count { place(number) }
        } else {
            place(number)
        }
        return number
    }

    private mutating func place(_ number: Int) {
        let mask = table.count - 1
        var index = Int(truncatingIfNeeded: keys[number].hash) & mask
        while table[index] != 0 { index = (index + 1) & mask }
        table[index] = UInt32(truncatingIfNeeded: number)
    }

    private func entry(
        _ space: Space, _ first: RawSpan, _ second: RawSpan, vocabulary: inout Vocabulary
    ) -> Entry {
        guard first.byteCount + second.byteCount <= Self.nameLimit else { return Entry() }
        let element = Self.text(first)
        let joined = element + "_" + Self.text(second)
        var entry = Entry()
        let name: String
        switch space {
        case .system, .systemAttribute:
            name = space == .system ? element : joined
            entry.system = Self.fieldsOfSystem[name] ?? .none
            entry.bracesGUIDs = entry.system == .providerGuid || entry.system == .activityID
            if entry.system == .relatedActivityID { entry.bracesGUIDs = true }
        case .dataName: name = WindowsNames.data(element)
        case .element: name = WindowsNames.data(element)
        case .attribute: name = WindowsNames.data(joined)
        case .rendering: name = "RenderingInfo_" + element
        case .renderingAttribute: name = element == "RenderingInfo" ? joined : "RenderingInfo_" + joined
        }
        entry.field = vocabulary.field(name)
        if entry.system == .none, name.utf8.contains(UInt8(ascii: " ")) {
            entry.alias = vocabulary.field(name.filter { $0 != " " })
        }
        return entry
    }

    private static func text(_ bytes: RawSpan) -> String {
        var copy: [UInt8] = []
        copy.append(bytes)
        return String(decoding: copy, as: UTF8.self)
    }
}
