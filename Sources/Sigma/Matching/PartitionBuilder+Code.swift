/// Jump code: each instruction asks one predicate and says where to go on true and on false. Short-circuiting needs no
/// stack, and because every target lies ahead, every run ends.
///
/// ```
///  (a and b) or not c         0: a  true → 1     false → 2
///                             1: b  true → ACCEPT false → 2
///                             2: c  true → REJECT false → ACCEPT
/// ```
extension PartitionBuilder {
    /// Appends the code of one rule, cheap predicates first.
    mutating func emit(_ node: Node) {
        // Written from the last instruction to the first, so that targets are known; then turned round.
        var reversed: [Partition.Instruction] = []
        let entry = emit(sorted(node).node, onTrue: Partition.accept, onFalse: Partition.reject, into: &reversed)
        let end = UInt32(code.count + reversed.count)
        func place(_ target: UInt32) -> UInt32 { target >= Partition.reject ? target : end - 1 - target }
        for instruction in reversed.reversed() {
            code.append(
                Partition.Instruction(
                    predicate: instruction.predicate, onTrue: place(instruction.onTrue),
                    onFalse: place(instruction.onFalse)))
        }
        entryPoints.append(place(entry))
    }

    private func emit(
        _ node: Node, onTrue: UInt32, onFalse: UInt32, into reversed: inout [Partition.Instruction]
    ) -> UInt32 {
        switch node {
        case .constant(let value): return value ? onTrue : onFalse
        case .test(let predicate), .negated(let predicate):
            var instruction = Partition.Instruction(predicate: predicate, onTrue: onTrue, onFalse: onFalse)
            if case .negated = node { swap(&instruction.onTrue, &instruction.onFalse) }
            reversed.append(instruction)
            return UInt32(reversed.count - 1)
        case .all(let children):
            var next = onTrue
            for child in children.reversed() { next = emit(child, onTrue: next, onFalse: onFalse, into: &reversed) }
            return next
        case .any(let children):
            var next = onFalse
            for child in children.reversed() { next = emit(child, onTrue: onTrue, onFalse: next, into: &reversed) }
            return next
        }
    }

    private func sorted(_ node: Node) -> (node: Node, cost: Int) {
        switch node {
        case .constant: return (node, 0)
        case .test(let index), .negated(let index): return (node, cost(of: index))
        case .all(let children):
            let (nodes, cost) = sorted(children)
            return (.all(nodes), cost)
        case .any(let children):
            let (nodes, cost) = sorted(children)
            return (.any(nodes), cost)
        }
    }

    private func sorted(_ children: [Node]) -> ([Node], Int) {
        let ranked = children.enumerated().map { (offset: $0.offset, ranked: sorted($0.element)) }
        let ordered = ranked.sorted { ($0.ranked.cost, $0.offset) < ($1.ranked.cost, $1.offset) }
        return (ordered.map(\.ranked.node), ordered.reduce(0) { $0 + $1.ranked.cost })
    }

    private func cost(of index: UInt32) -> Int {
        let predicate = predicates[Int(index)]
        if predicate.isCovered { return 1 }
        switch predicate.kind {
        case .present, .absent: return 1
        case .prefix, .suffix: return 2
        case .contains: return 20
        case .glob, .expression: return predicate.gate >= 0 ? 5 : 100
        default: return 30
        }
    }

    /// Lays out postings and field tables once every predicate is known.
    mutating func finish() {
        postingStarts = [UInt32](repeating: 0, count: predicates.count + 1)
        for link in links { postingStarts[Int(link.predicate) + 1] += 1 }
        for index in predicates.indices { postingStarts[index + 1] += postingStarts[index] }
        var next = postingStarts
        postings = [UInt32](repeating: 0, count: links.count)
        for link in links {
            postings[Int(next[Int(link.predicate)])] = link.target
            next[Int(link.predicate)] += 1
        }
        var isEager = [Bool](repeating: false, count: fieldNames.count + 1)
        for link in links where link.target & Partition.groupBit == 0 {
            isEager[localField(predicates[Int(link.predicate)].field)] = true
        }
        tables.build(predicates: predicates, fieldCount: fieldNames.count, isEager: isEager, pool: source.pool)
        for index in predicates.indices where predicates[index].field == FlatTest.keyword {
            predicates[index].field = UInt32(fieldNames.count)
        }
        for index in code.indices {
            let predicate = predicates[Int(code[index].predicate)]
            // The tables of eager fields and of keywords have been asked before any rule is evaluated.
            if predicate.isCovered, isEager[Int(predicate.field)] || predicate.field == fieldNames.count {
                code[index].predicate |= Partition.settledBit
            }
        }
        links = []
    }

    private func localField(_ field: UInt32) -> Int {
        field == FlatTest.keyword ? fieldNames.count : Int(field)
    }
}
