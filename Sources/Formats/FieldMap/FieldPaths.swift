import Bytes
import Events

/// The names of members (of JSON: their paths) a decoder has met, as a tree: (parent, key bytes) → node. In steady state a key costs one hash of its
/// bytes and one comparison; a `String` is made only when a path is met for the first time.
///
/// Keys are the adversary's: the hash is seeded, names are capped, and a tree that grows past ``nodeLimit`` is forgotten
/// and grown anew (correct, only slower).
struct FieldPaths: Sendable {
    /// Most nodes kept.
    static let nodeLimit = 1 << 16
    /// Longest dotted path in bytes; longer ones are no fields.
    static let pathLimit = 1024
    /// The node of the record itself.
    static let root = 0

    /// One path.
    struct Node: Sendable {
        let parent: UInt32
        let hash: UInt64
        let keyOffset: UInt32
        let keyLength: UInt32
        /// The dotted path; nil at the root and past ``pathLimit``.
        fileprivate(set) var field: FieldID?
        /// Further names: ``FieldPaths/aliases`` from here on, so many.
        let firstAlias: UInt32
        fileprivate(set) var aliasCount: UInt8
        /// How many of them are given the value as it stands; the others get it shaped (``ValueShape``).
        fileprivate(set) var verbatimCount: UInt8 = 0
        /// 1 + index in ``FieldPaths/shapes``; 0 where the further names get the value as it stands.
        fileprivate(set) var shape: UInt8 = 0
        /// 1 + index in ``FieldPaths/namedMembers`` where objects are a name and a value; 0 elsewhere.
        fileprivate(set) var named: UInt8 = 0
        /// The kind of event that the member's presence tells (``FieldKinds``), or 0.
        fileprivate(set) var kind: UInt16
        fileprivate(set) var role: FieldRole
        /// Whether GUIDs get the braces that Windows shows and evtx_dump drops.
        fileprivate(set) var bracesGUIDs: Bool
        /// Whether the text is escaped once more than JSON asks for; its further names get what it stands for.
        fileprivate(set) var isEscapedTwice = false
        /// Whether null is a value: ``FieldMap/positional``.
        fileprivate(set) var keepsNull = false
        /// Whether a value is a field and nothing else: no further names, no role, no kind.
        fileprivate(set) var isPlain = false
    }

    private(set) var nodes: [Node] = []
    /// Further names of all nodes.
    private(set) var aliases: [FieldID] = []
    /// How values are written under further names.
    private(set) var shapes: [ValueShape] = []
    /// The rules of lists of names and values (``FieldMap/named``).
    private(set) var namedMembers: [NamedMembers] = []
    /// By node, the one that followed it last time: records of one producer have the same members in the same order, so
    /// the guess is nearly always right and no hash is needed.
    private var successors: [UInt32] = []
    private var previous = 0
    private var keys: [UInt8] = []
    /// Open addressing; 0 = free (the root is never looked up).
    private var table: [UInt32] = []
    private var unescaped: [UInt8] = []
    private let seed = UInt64.random(in: .min ... .max)
    private let map: FieldMap
    private let kinds: FieldKinds

    /// An empty tree whose names mean what `map` says.
    init(map: FieldMap) {
        self.map = map
        kinds = FieldKinds(map)
        forget()
    }

    /// Begins a record. A tree that has grown too large starts anew: only here, since it invalidates node numbers.
    mutating func beginRecord() {
        previous = Self.root
        if nodes.count > Self.nodeLimit { forget() }
    }

    private mutating func forget() {
        nodes.removeAll()
        aliases.removeAll()
        keys.removeAll()
        successors = [0]
        table = [UInt32](repeating: 0, count: 1024)
        nodes.append(
            Node(
                parent: 0, hash: 0, keyOffset: 0, keyLength: 0, field: nil, firstAlias: 0, aliasCount: 0, kind: 0,
                role: .none, bracesGUIDs: false))
    }

    /// The node of a member, new or known. `key` is the inside of the key's string.
    @inline(__always)
    mutating func child(of parent: Int, key: RawSpan, isEscaped: Bool, vocabulary: inout Vocabulary) -> Int {
        let guess = Int(successors[previous])
        if guess != 0, !isEscaped, nodes[guess].parent == parent, isKey(of: guess, key) {
            previous = guess
            return guess
        }
        let node =
            isEscaped
            ? escapedChild(of: parent, key: key, vocabulary: &vocabulary)
            : plainChild(of: parent, key: key, vocabulary: &vocabulary)
        successors[previous] = UInt32(truncatingIfNeeded: node)
        previous = node
        return node
    }

    private mutating func escapedChild(of parent: Int, key: RawSpan, vocabulary: inout Vocabulary) -> Int {
        var plain = unescaped
        unescaped = []
        plain.removeAll(keepingCapacity: true)
        JSONEscapes.appendUnescaped(key, to: &plain)
        let node = plainChild(of: parent, key: plain.span.bytes, vocabulary: &vocabulary)
        unescaped = plain
        return node
    }

    @inline(never)
    private mutating func plainChild(of parent: Int, key: RawSpan, vocabulary: inout Vocabulary) -> Int {
        let hash = Self.hash(key, seed: seed ^ (UInt64(truncatingIfNeeded: parent) &* 0x9E37_79B9_7F4A_7C15))
        let mask = table.count &- 1
        var index = Int(truncatingIfNeeded: hash) & mask
        while table[index] != 0 {
            let candidate = Int(table[index])
            if nodes[candidate].hash == hash, nodes[candidate].parent == parent, isKey(of: candidate, key) {
                return candidate
            }
            index = (index &+ 1) & mask
        }
        return insert(hash, parent: parent, key: key, vocabulary: &vocabulary)
    }

    @inline(__always)
    private func isKey(of node: Int, _ key: RawSpan) -> Bool {
        let length = Int(nodes[node].keyLength)
        guard length == key.byteCount else { return false }
        let kept = keys.span.bytes
        let start = Int(nodes[node].keyOffset)
        guard length >= 8 else {
            for index in 0..<length where kept.uint8(at: start &+ index) != key.uint8(at: index) { return false }
            return true
        }
        var offset = 0
        while offset &+ 8 <= length {
            guard kept.uint64(at: start &+ offset) == key.uint64(at: offset) else { return false }
            offset &+= 8
        }
        // The last eight bytes, overlapping what was compared.
        return kept.uint64(at: start &+ length &- 8) == key.uint64(at: length &- 8)
    }

    private mutating func insert(_ hash: UInt64, parent: Int, key: RawSpan, vocabulary: inout Vocabulary) -> Int {
        let node = makeNode(hash, parent: parent, key: key, vocabulary: &vocabulary)
        let id = nodes.count
        keys.append(key)
        nodes.append(node)
        successors.append(0)
        if nodes.count * 2 > table.count {
            table = [UInt32](repeating: 0, count: table.count * 2)
            for index in 1..<nodes.count { place(index) }
        } else {
            place(id)
        }
        return id
    }

    private mutating func place(_ node: Int) {
        let mask = table.count - 1
        var index = Int(truncatingIfNeeded: nodes[node].hash) & mask
        while table[index] != 0 { index = (index + 1) & mask }
        table[index] = UInt32(node)
    }

    private mutating func makeNode(_ hash: UInt64, parent: Int, key: RawSpan, vocabulary: inout Vocabulary) -> Node {
        var parts = key.byteCount <= Self.pathLimit ? [text(key)] : []
        var length = key.byteCount
        var ancestor = parent
        while ancestor != Self.root {
            length += Int(nodes[ancestor].keyLength) + 1
            if length <= Self.pathLimit {
                let start = Int(nodes[ancestor].keyOffset)
                parts.append(
                    String(decoding: keys[start..<(start + Int(nodes[ancestor].keyLength))], as: UTF8.self))
            }
            ancestor = Int(nodes[ancestor].parent)
        }
        var node = Node(
            parent: UInt32(truncatingIfNeeded: parent), hash: hash, keyOffset: UInt32(truncatingIfNeeded: keys.count),
            keyLength: UInt32(truncatingIfNeeded: key.byteCount), field: nil,
            firstAlias: UInt32(truncatingIfNeeded: aliases.count), aliasCount: 0, kind: 0, role: .none,
            bracesGUIDs: false)
        if length <= Self.pathLimit { intern(Array(parts.reversed()), &node, vocabulary: &vocabulary) }
        return node
    }

    private mutating func intern(_ path: [String], _ node: inout Node, vocabulary: inout Vocabulary) {
        let dotted = path.joined(separator: ".")
        node.field = vocabulary.field(dotted)
        node.role = map.entry(of: dotted, in: map.roles) ?? .none
        node.keepsNull = map.positional.contains(dotted)
        node.kind = UInt16(kinds.kind(ofMember: dotted) ?? 0)
        if let members = map.entry(of: dotted, in: map.named) { node.named = number(of: members) }
        if let shape = map.entry(of: dotted, in: map.values) { node.shape = number(of: shape) }
        var (verbatim, further) = map.names(of: dotted)
        if map.isWindows, let flat = WindowsNames.flat(path: path) {
            verbatim.insert(flat, at: 0)
            if flat.contains(" ") { further.append(flat.filter { $0 != " " }) }
            node.bracesGUIDs = path.first == "Event"
            node.isEscapedTwice = WindowsNames.isEscapedTwice(path: path)
        }
        verbatim = Array(verbatim.filter { $0 != dotted }.prefix(8))
        further = Array(further.filter { $0 != dotted }.prefix(Int(UInt8.max) - 8))
        for name in verbatim + further { aliases.append(vocabulary.field(name)) }
        node.verbatimCount = UInt8(verbatim.count)
        node.aliasCount = UInt8(verbatim.count + further.count)
        node.isPlain = node.aliasCount == 0 && !node.role.isSomething && node.kind == 0
    }

    private mutating func number(of shape: ValueShape) -> UInt8 {
        if let index = shapes.firstIndex(of: shape) { return UInt8(index + 1) }
        guard shapes.count < Int(UInt8.max) else { return 0 }
        shapes.append(shape)
        return UInt8(shapes.count)
    }

    private mutating func number(of members: NamedMembers) -> UInt8 {
        if let index = namedMembers.firstIndex(of: members) { return UInt8(index + 1) }
        guard namedMembers.count < Int(UInt8.max) else { return 0 }
        namedMembers.append(members)
        return UInt8(namedMembers.count)
    }

    private func text(_ bytes: RawSpan) -> String {
        var copy: [UInt8] = []
        copy.append(bytes)
        return String(decoding: copy, as: UTF8.self)
    }

    /// A seeded multiply-and-fold hash, eight bytes a step.
    @inline(__always)
    static func hash(_ bytes: RawSpan, seed: UInt64) -> UInt64 {
        let count = bytes.byteCount
        var hash = seed ^ UInt64(truncatingIfNeeded: count)
        var offset = 0
        while let word = bytes.uint64(at: offset) {
            hash = fold(hash, word)
            offset &+= 8
        }
        if count >= 8 {
            // The last eight bytes, overlapping what was taken.
            if offset < count, let word = bytes.uint64(at: count &- 8) { hash = fold(hash, word) }
            return hash
        }
        var tail: UInt64 = 0
        if let four = bytes.uint32(at: 0), let last = bytes.uint32(at: count &- 4) {
            tail = UInt64(four) | UInt64(last) << 32
        } else {
            while let byte = bytes.uint8(at: offset) {
                tail = tail << 8 | UInt64(byte)
                offset &+= 1
            }
        }
        return fold(hash, tail)
    }

    @inline(__always)
    private static func fold(_ hash: UInt64, _ word: UInt64) -> UInt64 {
        let product = (hash ^ word ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
        return product.high ^ product.low
    }
}
