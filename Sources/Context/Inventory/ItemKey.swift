/// What tells items apart: kind, the engine or host that has it (lower case, empty where the evidence does not name it), id.
struct ItemKey: Hashable, Comparable, Sendable, Codable {
    var kind: ItemKind
    var scope: String
    var id: String

    /// Longest id that is kept.
    static let idLimit = 256

    init(_ kind: ItemKind, scope: String, id: String) {
        self.kind = kind
        self.scope = NeutralText.cut(ASCII.lowered(scope), to: ItemKey.idLimit)
        self.id = NeutralText.cut(id, to: ItemKey.idLimit)
    }

    static func < (left: ItemKey, right: ItemKey) -> Bool {
        left.kind != right.kind ? left.kind < right.kind : (left.scope, left.id) < (right.scope, right.id)
    }
}
