import Bytes
import Context
import Events
import Formats
import Sigma

/// Reads segments and matches their events: one per thread, with everything it changes its own.
///
///     segment → batch → (plan by origin) → container → matcher → hit, encoded into the worker's sorted runs
struct HuntWorker: Sendable {
    /// What a pass over the evidence is for.
    enum Pass: Sendable {
        /// Only what the context needs.
        case learn
        /// Matching, and watching for containers: the pass was in vain when one is seen.
        case matchAndWatch
        /// Matching with what is known.
        case match
    }

    /// What became of one segment.
    struct SegmentResult: Sendable {
        var events = 0
        var lines = 0
        var defects: [Defect] = []
        var first: Timestamp?
        var last: Timestamp?
        var error: String?
    }

    private let book: RuleBook
    private let options: HuntOptions
    private let context: Context
    private var reader: BatchReader
    private var contextReader = EventReader()
    private(set) var builder = ContextBuilder()
    private(set) var plans: [OriginPlan] = []
    private(set) var runs: HitRuns
    private(set) var hitCount = 0
    private(set) var eventsWithHits = 0
    private(set) var attributedEvents = 0
    /// Whether an event showed a container by itself, or may be in one by what others say.
    private(set) var sawContainer = false
    private(set) var searchesGivenUp = 0
    private(set) var valuesCut = 0
    private(set) var suppressed = SuppressionCounts()
    private var text: [UInt8] = []

    init(book: RuleBook, options: HuntOptions, evidence: Evidence, context: Context, runs: HitRuns) {
        self.book = book
        self.options = options
        self.context = context
        self.runs = runs
        reader = BatchReader(evidence: evidence, options: options.reading)
    }

    /// Reads and handles one segment. A file that cannot be read any more is a result, not an error; only a full disk
    /// (spilled hits) throws.
    mutating func process(_ segment: Segment, index: Int, pass: Pass) throws -> SegmentResult {
        var result = SegmentResult()
        do {
            try reader.read(segment)
        } catch {
            result.error = error.description
            return result
        }
        result.events = reader.batch.events.count
        result.lines = reader.batch.lineCount
        result.defects = reader.batch.defects
        let span = reader.span
        result.first = span?.lowerBound
        result.last = span?.upperBound
        switch pass {
        case .learn:
            builder.observe(reader.batch, reader.vocabulary, source: SourceNumber(segment.source))
            learn(source: SourceNumber(segment.source))
            if let layout = reader.layout { builder.observe(layout: layout) }
        case .matchAndWatch:
            builder.observe(reader.batch, reader.vocabulary, source: SourceNumber(segment.source))
            try match(segment.source, index: index)
        case .match: try match(segment.source, index: index)
        }
        return result
    }

    /// Matches what the context derived, as if it were one more source of the evidence with the number `source`.
    mutating func process(_ derived: [DerivedEvent], source: Int, path: (SourceNumber) -> String) throws {
        reader.take(derived, path: path)
        try match(source, index: -1)
    }

    /// Whether what was gathered tells of containers.
    var knowsContainers: Bool { builder.knowsContainers }

    /// Takes out what was gathered for the context.
    mutating func takeBuilder() -> ContextBuilder {
        defer { builder = ContextBuilder() }
        return builder
    }

    private mutating func learn(source: SourceNumber) {
        for head in reader.batch.events {
            if let view = contextReader.told(by: head, in: reader.batch, reader.vocabulary, source: source) {
                builder.observe(view)
            }
        }
    }
}

// MARK: - Matching

extension HuntWorker {
    private mutating func match(_ source: Int, index: Int) throws {
        guard !reader.batch.events.isEmpty else { return }
        addPlans()
        var matcher = EventMatcher(book.program.route(for: Sigma.EventKind(product: "")))
        for position in reader.batch.events.indices {
            try match(event: position, &matcher, source, index)
        }
        searchesGivenUp += matcher.gaveUp
        valuesCut += matcher.truncated
    }

    private mutating func addPlans() {
        while plans.count < reader.vocabulary.origins.count {
            plans.append(OriginPlan(reader.vocabulary.origins[plans.count], program: book.program, options: options))
        }
    }

    @inline(__always)
    private mutating func match(
        event position: Int, _ matcher: inout EventMatcher, _ source: Int, _ index: Int
    ) throws {
        let head = reader.batch.events[position]
        let origin = Int(head.origin.index)
        plans[origin].events += 1
        if plans[origin].needsLearning { sawContainer = true }
        guard !plans[origin].isExcluded, isSelected(head) else {
            // What was left out may still show that there are containers.
            if !sawContainer { sawContainer = facts(of: head, source, [])?.container != nil }
            return
        }
        plans[origin].matchedEvents += 1
        // What no rule looks at is found out for events with hits only.
        let facts = facts(of: head, source, plans[origin].facts)
        if facts?.container != nil {
            attributedEvents += 1
            sawContainer = true
        }
        guard plans[origin].route.ruleCount > 0 else { return }
        matcher.begin(plans[origin].route)
        offer(head, origin, to: &matcher)
        if let facts { offer(facts, origin, to: &matcher) }
        var hits = matcher.match()
        guard !hits.isEmpty else { return }
        suppressed.take(from: &hits, ruleCount: book.suppression.ruleCount)
        guard !hits.isEmpty else { return }
        hitCount += hits.count
        eventsWithHits += 1
        let all = plans[origin].facts == .all ? facts : self.facts(of: head, source, .all)
        try runs.append(hit(hits, head, all, source, index))
    }

    private mutating func facts(of head: EventHead, _ source: Int, _ selection: FactSelection) -> EventFacts? {
        contextReader.facts(
            of: head, in: reader.batch, reader.vocabulary, context, source: SourceNumber(source), selection)
    }

    /// Whether the event lies in the time range and on the hosts that were asked for.
    private mutating func isSelected(_ head: EventHead) -> Bool {
        if let from = options.from, head.time < from { return false }
        if let to = options.to, head.time >= to { return false }
        guard !options.includeHosts.isEmpty || !options.excludeHosts.isEmpty else { return true }
        let host = host(of: head).lowercased()
        if options.excludeHosts.contains(host) { return false }
        return options.includeHosts.isEmpty || options.includeHosts.contains(host)
    }

    /// Gives the fields that rules of the event's route look at to the matcher, read where they lie.
    @inline(__always)
    private mutating func offer(_ head: EventHead, _ origin: Int, to matcher: inout EventMatcher) {
        let wantsEvery = plans[origin].route.wantsEveryField
        let first = Int(head.firstSlot)
        for index in first..<(first + Int(head.slotCount)) {
            let slot = reader.batch.slots[index]
            let field = plans[origin].routeField(slot.field, reader.vocabulary)
            guard field >= 0 || wantsEvery else { continue }
            offer(slot, RouteField(Int(field)), to: &matcher)
        }
    }

    @inline(__always)
    private mutating func offer(_ slot: FieldSlot, _ field: RouteField, to matcher: inout EventMatcher) {
        switch slot.encoding {
        case .utf16:
            // A value ends at its first NUL, as it does where it is rendered.
            reader.batch.withBytes(of: slot) {
                matcher.add(field: field, utf16LE: $0.extracting(first: UTF16LE.lengthBeforeNUL($0)))
            }
        case .utf8: reader.batch.withBytes(of: slot) { matcher.add(field: field, utf8: $0) }
        default:
            text.removeAll(keepingCapacity: true)
            reader.batch.appendText(of: slot, to: &text)
            matcher.add(field: field, utf8: text.span.bytes)
        }
    }

    private func offer(_ facts: EventFacts, _ origin: Int, to matcher: inout EventMatcher) {
        if let container = facts.container {
            for (field, routeField) in plans[origin].containerFields {
                for value in container.values(of: field) { matcher.add(field: routeField, text: value) }
            }
        }
        for field in facts.fields { offer(field.name, field.values, origin, to: &matcher) }
    }

    private func offer(_ name: String, _ values: [String], _ origin: Int, to matcher: inout EventMatcher) {
        guard let field = plans[origin].routeField(named: name) else { return }
        for value in values { matcher.add(field: field, text: value) }
    }
}

// MARK: - Hits

extension HuntWorker {
    private mutating func hit(
        _ rules: [Int], _ head: EventHead, _ facts: EventFacts?, _ source: Int, _ index: Int
    ) -> HitEvent {
        HitEvent(
            key: .init(time: head.time.nanoseconds, source: Int32(source), offset: head.offset, record: head.record),
            segment: Int32(index), length: head.length, eventRecordID: head.eventRecordID, rawHash: rawHash(head),
            rules: rules.map(Int32.init), host: host(of: head), container: (facts?.container).map(AlertContainer.init),
            fields: fields(of: head) + (facts?.fields ?? []).map { AlertField(name: $0.name, values: $0.values) })
    }

    /// The raw record's hash; of nothing when the record cannot be read.
    private mutating func rawHash(_ head: EventHead) -> [UInt8] {
        reader.withRawRecord(of: head, AlertIdentity.hash)
    }

    private mutating func host(of head: EventHead) -> String {
        guard head.hostSlot >= 0, Int(head.hostSlot) < reader.batch.slots.count else { return "" }
        return string(of: reader.batch.slots[Int(head.hostSlot)])
    }

    private mutating func string(of slot: FieldSlot) -> String {
        text.removeAll(keepingCapacity: true)
        reader.batch.appendText(of: slot, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func fields(of head: EventHead) -> [AlertField] {
        var fields: [AlertField] = []
        var positions: [FieldID: Int] = [:]
        let first = Int(head.firstSlot)
        for index in first..<(first + Int(head.slotCount)) {
            let slot = reader.batch.slots[index]
            let value = string(of: slot)
            if let position = positions[slot.field] {
                fields[position].values.append(value)
            } else {
                positions[slot.field] = fields.count
                fields.append(AlertField(name: reader.vocabulary.name(of: slot.field), values: [value]))
            }
        }
        return fields
    }
}
