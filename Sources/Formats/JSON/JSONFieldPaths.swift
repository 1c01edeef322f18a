import Bytes
import Events

/// The member paths a decoder has met, as a tree: (parent, key bytes) → node. In steady state a key costs one hash of its
/// bytes and one comparison; a `String` is made only when a path is met for the first time.
///
/// Keys are the adversary's: the hash is seeded, names are capped, and a tree that grows past ``nodeLimit`` is forgotten
/// and grown anew (correct, only slower).
struct JSONFieldPaths: Sendable {
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
        let field: FieldID?
        /// Sigma's flat name of a Windows member, where it is another one.
        let alias: FieldID?
        /// The flat name without spaces, where it has some.
        let spaceless: FieldID?
        let role: JSONRole
        /// Whether GUIDs get the braces that Windows shows and evtx_dump drops.
        let bracesGUIDs: Bool
    }

    private(set) var nodes: [Node] = []
    /// By node, the one that followed it last time: records of one producer have the same members in the same order, so
    /// the guess is nearly always right and no hash is needed.
    private var successors: [UInt32] = []
    private var previous = 0
    private var keys: [UInt8] = []
    /// Open addressing; 0 = free (the root is never looked up).
    private var table: [UInt32] = []
    private var unescaped: [UInt8] = []
    private let seed = UInt64.random(in: .min ... .max)
    private let dialect: JSONDialect

    /// An empty tree whose names have the meaning of `dialect`.
    init(dialect: JSONDialect) {
        self.dialect = dialect
        forget()
    }

    /// Begins a record. A tree that has grown too large starts anew: only here, since it invalidates node numbers.
    mutating func beginRecord() {
        previous = Self.root
        if nodes.count > Self.nodeLimit { forget() }
    }

    private mutating func forget() {
        nodes.removeAll()
        keys.removeAll()
        successors = [0]
        table = [UInt32](repeating: 0, count: 1024)
        nodes.append(
            Node(
                parent: 0, hash: 0, keyOffset: 0, keyLength: 0, field: nil, alias: nil, spaceless: nil, role: .none,
                bracesGUIDs: false))
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

    private func makeNode(_ hash: UInt64, parent: Int, key: RawSpan, vocabulary: inout Vocabulary) -> Node {
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
        let names: (field: FieldID?, alias: FieldID?, spaceless: FieldID?, role: JSONRole)
        if length <= Self.pathLimit {
            names = intern(Array(parts.reversed()), vocabulary: &vocabulary)
        } else {
            names = (nil, nil, nil, .none)
        }
        return Node(
            parent: UInt32(truncatingIfNeeded: parent), hash: hash, keyOffset: UInt32(truncatingIfNeeded: keys.count),
            keyLength: UInt32(truncatingIfNeeded: key.byteCount), field: names.field, alias: names.alias,
            spaceless: names.spaceless, role: names.role, bracesGUIDs: names.alias != nil && parts.last == "Event")
    }

    private func intern(
        _ path: [String], vocabulary: inout Vocabulary
    ) -> (field: FieldID?, alias: FieldID?, spaceless: FieldID?, role: JSONRole) {
        let dotted = path.joined(separator: ".")
        let flat = dialect == .generic ? WindowsNames.flat(path: path) : nil
        let spaceless = flat.flatMap { $0.contains(" ") ? $0.filter { $0 != " " } : nil }
        return (
            vocabulary.field(dotted), flat.map { vocabulary.field($0) }, spaceless.map { vocabulary.field($0) },
            dialect.role(of: dotted)
        )
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
