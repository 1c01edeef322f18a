/// Witnesses: for each rule a set of predicates of which at least one is true whenever the rule matches.
///
/// Only the rules whose witness was seen in an event are looked at, so the choice decides the speed (never the result):
/// of the sets a condition offers, the one that is seen least often is taken.
extension PartitionBuilder {
    /// Predicates, and a guess at how many events have one of them.
    struct Witness {
        var predicates: [UInt32]
        var frequency: Float
    }

    /// Finds each rule's witness and notes the rule under the predicates; rules without one go to `always`.
    mutating func linkWitnesses(_ nodes: [Node]) {
        for (rule, node) in nodes.enumerated() {
            guard let witness = witness(of: node) else {
                always.append(UInt32(rule))
                continue
            }
            for predicate in Set(witness.predicates).sorted() { links.append((predicate, UInt32(rule))) }
        }
    }

    private mutating func witness(of node: Node) -> Witness? {
        switch node {
        case .constant, .negated: return nil
        case .test(let predicate): return witness(of: predicate)
        case .all(let children):
            var best: Witness?
            for child in children {
                guard let witness = witness(of: child) else { continue }
                if best == nil || witness.frequency < best?.frequency ?? 0 { best = witness }
            }
            return best
        case .any(let children):
            var union = Witness(predicates: [], frequency: 0)
            for child in children {
                guard let witness = witness(of: child) else { return nil }
                union.predicates += witness.predicates
                union.frequency += witness.frequency
            }
            return union
        }
    }

    private mutating func witness(of index: UInt32) -> Witness? {
        let predicate = predicates[Int(index)]
        switch predicate.kind {
        case .absent: return nil
        case .whole, .number, .prefix, .suffix, .contains:
            return Witness(predicates: [index], frequency: frequency(of: index))
        default: break
        }
        if predicate.gate >= 0 {
            let gate = UInt32(predicate.gate)
            return Witness(predicates: [gate], frequency: frequency(of: gate))
        }
        if predicate.kind == .present { return Witness(predicates: [index], frequency: 0.8) }
        guard predicate.field != FlatTest.keyword else { return nil }
        return Witness(predicates: [presence(of: predicate.field)], frequency: 0.8)
    }

    /// The predicate "the field is there".
    private mutating func presence(of field: UInt32) -> UInt32 {
        if let known = presences[field] { return known }
        let index = UInt32(predicates.count)
        predicates.append(
            Partition.Predicate(
                kind: .present, flag: 0, isCovered: false, isGroup: false, field: field, extra: 0,
                text: FlatTest.Slice(), gate: -1, bits: 0))
        uses.append(0)
        presences[field] = index
        return index
    }

    private func frequency(of index: UInt32) -> Float {
        let predicate = predicates[Int(index)]
        let count = Int(predicate.text.count)
        let literal = source.pool[predicate.text.range]
        var guess: Float
        switch predicate.kind {
        case .number: guess = 0.02
        case .whole: guess = count < 8 ? 0.05 : 0.004
        default:
            let isText = literal.allSatisfy { $0 < 0x80 }
            switch count {
            case 0...1: guess = 0.9
            case 2: guess = isText ? 0.5 : 0.01
            case 3: guess = isText ? 0.2 : 0.004
            case 4: guess = isText ? 0.02 : 0.001
            case 5: guess = 0.01
            case 6...8: guess = 0.003
            default: guess = 0.001
            }
        }
        if Commonplace.contains(literal) { guess = max(guess, predicate.kind == .contains ? 0.5 : 0.3) }
        return guess * (1 + 0.05 * Float(min(uses[Int(index)], 100)))
    }

    /// Literals too short for the gram filter get a table of their own, but only those that are witnesses.
    mutating func coverShortWitnesses() {
        for link in links {
            switch predicates[Int(link.predicate)].kind {
            case .prefix, .suffix, .contains: predicates[Int(link.predicate)].isCovered = true
            default: break
            }
        }
    }

    /// Long "or"s over covered predicates of one field become one predicate that any of its members makes true.
    mutating func grouped(_ node: Node) -> Node {
        switch node {
        case .all(let children): return .all(children.map { grouped($0) })
        case .any(let children):
            var byField: [UInt32: [UInt32]] = [:]
            var rest: [Node] = []
            for child in children {
                if case .test(let index) = child, predicates[Int(index)].isCovered {
                    byField[predicates[Int(index)].field, default: []].append(index)
                } else {
                    rest.append(grouped(child))
                }
            }
            for field in byField.keys.sorted() {
                let members = Set(byField[field] ?? []).sorted()
                if members.count < Self.smallestGroup {
                    rest += members.map { .test($0) }
                } else {
                    rest.append(.test(group(of: members, field: field)))
                }
            }
            return Self.any(rest)
        default: return node
        }
    }

    private static let smallestGroup = 8

    private mutating func group(of members: [UInt32], field: UInt32) -> UInt32 {
        if let known = groups[members] { return known }
        let index = UInt32(predicates.count)
        predicates.append(
            Partition.Predicate(
                kind: .contains, flag: 0, isCovered: true, isGroup: true, field: field, extra: 0,
                text: FlatTest.Slice(), gate: -1, bits: 0))
        uses.append(0)
        groups[members] = index
        for member in members { links.append((member, index | Partition.groupBit)) }
        return index
    }
}
