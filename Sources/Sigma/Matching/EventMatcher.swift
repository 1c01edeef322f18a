import Bytes
import Patterns

/// Matches events against the rules of a route: one per thread, reused for every event.
///
/// ```swift
/// scanner.begin(route)
/// scanner.add(field: image, utf8: bytes)      // any number of values, also several for a field
/// for rule in scanner.match() { … }           // program indices of the rules that match, ascending
/// ```
///
/// Nothing is allocated per event once the buffers have grown to the largest event seen.
public struct EventMatcher {
    /// A value: where its folded text lies in `arena`, and where its text as it was in `originals` (-1: not kept).
    struct Value {
        var field: Int32
        var start: Int32
        var count: Int32
        var originalStart: Int32
        var originalCount: Int32
        /// The next value of the same field, or -1.
        var next: Int32
    }

    /// What is known of a field in this event; valid when `epoch` is the current one.
    struct FieldState {
        var epoch: UInt32 = 0
        var first: Int32 = -1
        var last: Int32 = -1
        var isScanned = false
    }

    /// Longest value looked at, in bytes; the rest of a longer one is cut off.
    public static let maximumValueLength = 16 << 20
    /// Most values of one event; later ones are dropped.
    public static let maximumValueCount = 1 << 16

    var partition: Partition
    var arena: [UInt8] = []
    var used = 0
    var originals: [UInt8] = []
    var usedOriginals = 0
    var values: [Value] = []
    var fields: [FieldState] = []
    /// Per predicate: epoch and, in the lowest bit, its truth.
    var states: [UInt32] = []
    /// Per local rule: the epoch in which it last became a candidate.
    var marks: [UInt32] = []
    var epoch: UInt32 = 0
    var candidates: [UInt32] = []
    /// Positions that passed the gram filter.
    var positions: [UInt32] = []
    var hits: [Int] = []
    var matcher: PatternMatcher?

    /// How often a regular expression reached its bound; each counted as "does not match".
    public internal(set) var gaveUp = 0
    /// How many candidates were evaluated: what the index could not rule out.
    public private(set) var candidateCount = 0
    /// How many values were cut or dropped because of the caps.
    public internal(set) var truncated = 0

    /// A scanner for any routes of one program.
    public init(_ route: Route, limits: PatternMatcher.Limits = PatternMatcher.Limits()) {
        partition = route.partition
        matcher = PatternMatcher(limits: limits)
        fit()
    }

    /// Starts a new event.
    @inline(__always)
    public mutating func begin(_ route: Route) {
        if partition !== route.partition {
            partition = route.partition
            if states.count < partition.predicates.count || fields.count <= partition.keywordField
                || marks.count < partition.rules.count
            {
                fit()
            }
        }
        advance()
        used = 0
        usedOriginals = 0
        values.removeAll(keepingCapacity: true)
        candidates.removeAll(keepingCapacity: true)
    }

    /// Makes the per-predicate arrays large enough for the partition.
    private mutating func fit() {
        Self.grow(&states, to: partition.predicates.count, with: 0)
        Self.grow(&marks, to: partition.rules.count, with: 0)
        Self.grow(&fields, to: partition.fields.count, with: FieldState())
    }

    private static func grow<Element>(_ array: inout [Element], to count: Int, with element: Element) {
        if array.count < count { array.append(contentsOf: repeatElement(element, count: count - array.count)) }
    }

    /// A new epoch makes everything known of the last event unknown. Every two billion events the counter starts over.
    @inline(__always)
    private mutating func advance() {
        epoch &+= 1
        if epoch >= 1 << 31 - 1 {
            for index in states.indices { states[index] = 0 }
            for index in marks.indices { marks[index] = 0 }
            for index in fields.indices { fields[index].epoch = 0 }
            epoch = 1
        }
    }

    /// Decides the event.
    ///
    /// - Returns: indices of the rules that match, ascending, in the order of the array the program was made from.
    public mutating func match() -> [Int] {
        hits.removeAll(keepingCapacity: true)
        let partition = self.partition
        guard !partition.rules.isEmpty else { return hits }
        for index in values.indices { notice(values[index], at: index, in: partition) }
        for rule in partition.always { nominate(rule) }
        guard !candidates.isEmpty else { return hits }
        candidateCount &+= candidates.count
        sortCandidates()
        for index in candidates.indices {
            let rule = Int(candidates[index])
            if holds(partition.entryPoints[rule], in: partition) { hits.append(Int(partition.rules[rule])) }
        }
        return hits
    }

    /// What the presence and the text of a value make known.
    @inline(__always)
    private mutating func notice(_ value: Value, at index: Int, in partition: Partition) {
        let field = Int(value.field)
        if field >= 0 {
            let table = partition.fields[field]
            if table.present >= 0 { discover(UInt32(table.present), in: partition) }
            if table.isEager, table.hasTables {
                scan(value, table, in: partition)
                fields[field].isScanned = true
            }
        }
        if partition.wantsEveryField {
            let table = partition.fields[partition.keywordField]
            if table.present >= 0 { discover(UInt32(table.present), in: partition) }
            if table.hasTables { scan(value, table, in: partition) }
        }
    }

    @inline(__always)
    mutating func nominate(_ rule: UInt32) {
        if marks[Int(rule)] != epoch {
            marks[Int(rule)] = epoch
            candidates.append(rule)
        }
    }

    /// Marks a predicate true, with what follows from it. O(postings), once per event.
    @inline(__always)
    mutating func discover(_ predicate: UInt32, in partition: Partition) {
        let truth = epoch << 1 | 1
        if states[Int(predicate)] == truth { return }
        states[Int(predicate)] = truth
        let end = Int(partition.postingStarts[Int(predicate) + 1])
        var at = Int(partition.postingStarts[Int(predicate)])
        while at < end {
            let target = partition.postings[at]
            if target & Partition.groupBit != 0 {
                states[Int(target & ~Partition.groupBit)] = truth
            } else {
                nominate(target)
            }
            at += 1
        }
    }

    /// Ascending; by insertion while there are few.
    private mutating func sortCandidates() {
        guard candidates.count <= 24 else { return candidates.sort() }
        for index in candidates.indices.dropFirst() {
            let rule = candidates[index]
            var place = index
            while place > 0, candidates[place - 1] > rule {
                candidates[place] = candidates[place - 1]
                place -= 1
            }
            candidates[place] = rule
        }
    }

    /// Runs jump code from `entry`.
    @inline(__always)
    private mutating func holds(_ entry: UInt32, in partition: Partition) -> Bool {
        var at = entry
        while at < Partition.reject {
            let instruction = partition.code[Int(at)]
            let predicate = instruction.predicate & ~Partition.settledBit
            let isTrue =
                instruction.predicate == predicate
                ? isTrue(predicate, in: partition) : states[Int(predicate)] == epoch << 1 | 1
            at = isTrue ? instruction.onTrue : instruction.onFalse
        }
        return at == Partition.accept
    }
}

@available(*, unavailable)
extension EventMatcher: Sendable {}
