import Yams

/// ATT&CK technique ids in two vocabularies: v18 (November 2025) and v19 (April 2026).
///
/// v19 split Defense Evasion and revoked T1562.* and T1070.001/.002; users of either version must find their ids.
/// The table is data: `Strategies/attack.yml`.
public struct AttackCrosswalk: Sendable {
    private let to19: [String: String]
    private let to18: [String: String]

    /// The table compiled into the binary.
    public static let builtin = AttackCrosswalk(
        yaml: EmbeddedContent.files.first { $0.path == "attack.yml" }?.text ?? "")

    /// Reads the table; what is not a pair of texts is left out.
    public init(yaml: String) {
        let root = (try? Yams.load(yaml: yaml)) as? [String: [String: String]]
        to19 = root?["v18_to_v19"] ?? [:]
        to18 = root?["v19_to_v18"] ?? [:]
    }

    /// The techniques among a rule's tags, in both vocabularies, in tag order, each once.
    ///
    /// `attack.t1562.001` gives `T1562.001` and `T1685`; an id that did not change stands in both.
    public func techniques(ofTags tags: [String]) -> (v18: [String], v19: [String]) {
        var v18: [String] = []
        var v19: [String] = []
        func add(_ id: String, to list: inout [String]) { if !list.contains(id) { list.append(id) } }
        let ids = tags.compactMap(AttackCrosswalk.technique)
        let carried = Set(ids)
        for id in ids {
            if let newer = to19[id] {
                add(id, to: &v18)
                add(newer, to: &v19)
            } else if let older = to18[id] {
                add(id, to: &v19)
                // A rule that names its v18 id itself knows better than the table, where several became one.
                if !carried.contains(where: { to19[$0] == id }) { add(older, to: &v18) }
            } else {
                add(id, to: &v18)
                add(id, to: &v19)
            }
        }
        return (v18, v19)
    }

    /// `attack.t1055.005` → `T1055.005`; nil for other tags.
    static func technique(_ tag: String) -> String? {
        let tag = tag.lowercased()
        guard tag.hasPrefix("attack.t"), let digit = tag.dropFirst(8).first, digit.isNumber else { return nil }
        return "T" + tag.dropFirst(8)
    }

    /// `attack.stealth` → `stealth`; nil for techniques, groups, software and other namespaces.
    public static func tactic(_ tag: String) -> String? {
        let tag = tag.lowercased()
        guard tag.hasPrefix("attack."), technique(tag) == nil else { return nil }
        let name = tag.dropFirst(7)
        guard let first = name.first, !name.dropFirst().allSatisfy(\.isNumber) || !"gs".contains(first) else {
            return nil
        }
        return String(name)
    }
}
