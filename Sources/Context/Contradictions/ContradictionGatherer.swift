import Events

/// What one source says that another one should say too.
///
///     engines, containerd ─▶ EngineRecord ┐                ┌─▶ SiloJudge       silo-without-runtime, vm-without-owner
///     Windows hosts ───────▶ HostSign ────┼─ with coverage ┼─▶ ExecJudge       exec-without-event, exec-without-client
///     inspect ─────────────▶ InspectFacts ┤                ├─▶ LifeJudge       gone-without-stop, removed-after-use
///     process starts ──────▶ IdentitySign ┘                ├─▶ NameJudge       image-mismatch, name-reused, renamed-…
///                                                          └─▶ IdentityJudge   user-says-…, pid-mismatch, …-processes
///
/// A source that is missing never makes a finding: each asks first whether the other source was there (``Coverage``).
/// Gathers in any order and merges in any order with the same result.
struct ContradictionGatherer: Sendable, Codable {
    /// Records of engines that are kept: the earliest.
    static let recordLimit = 1 << 17
    /// Signs of hosts that are kept.
    static let signLimit = 1 << 16
    /// Slices of coverage that are kept: about two years of one host and engine.
    static let sliceLimit = 1 << 17
    /// Statements of inspect that are kept.
    static let inspectLimit = 1 << 15
    /// Process starts with two identities that are kept: the earliest.
    static let identityLimit = 1 << 12

    private var records = BoundedSet<EngineRecord>(limit: recordLimit)
    private var signs = BoundedSet<HostSign>(limit: signLimit)
    private var slices = BoundedSet<CoverageSlice>(limit: sliceLimit)
    private var inspects = BoundedSet<InspectFacts>(limit: inspectLimit)
    private var identities = BoundedSet<IdentitySign>(limit: identityLimit)
    /// What was told last, as the event names the host: most events are of the same slice. Not part of what was gathered.
    private var lastCovered: (host: String, isProcesses: Bool, number: Int64) = ("", false, .min)

    private enum CodingKeys: CodingKey { case records, signs, slices, inspects, identities }

    /// Takes in one event; kinds that tell nothing are ignored.
    mutating func observe(_ view: EventView) {
        switch view.kind {
        case .dockerEvent, .containerdEvent:
            if view.time != .unknown { cover(view, isProcesses: false) }
            if let record = EngineRecord(view) { records.insert(record) }
        case .dockerInspect: if let facts = InspectFacts(view) { inspects.insert(facts) }
        case .processStart:
            if view.time != .unknown { cover(view, isProcesses: true) }
            for sign in HostSign.all(view) { signs.insert(sign) }
            if let identity = IdentitySign(view) { identities.insert(identity) }
        case .silo, .hostCompute: for sign in HostSign.all(view) { signs.insert(sign) }
        default: break
        }
    }

    private mutating func cover(_ view: EventView, isProcesses: Bool) {
        let number = CoverageSlice.number(view.time)
        guard lastCovered != (view.host, isProcesses, number) else { return }
        lastCovered = (view.host, isProcesses, number)
        let host = ASCII.lowered(NeutralText.cut(view.host, to: 256))
        slices.insert(CoverageSlice(host: host, isProcesses: isProcesses, time: view.time))
    }

    /// Takes in what another part gathered.
    mutating func merge(_ other: ContradictionGatherer) {
        records.merge(other.records)
        signs.merge(other.signs)
        slices.merge(other.slices)
        inspects.merge(other.inspects)
        identities.merge(other.identities)
    }

    /// What was left out for want of room, and what could not be judged therefore.
    var remarks: [String] {
        var all: [String] = []
        if !isWhole {
            all.append(
                "more records of engines or signs of hosts than are kept: silos without an engine's record and execs without one were not looked for"
            )
        }
        if inspects.overflowed {
            all.append(
                "more than \(ContradictionGatherer.inspectLimit) snapshots of containers: the rest is not compared")
        }
        if identities.overflowed {
            all.append(
                "more than \(ContradictionGatherer.identityLimit) users on paths of containers: the rest is not compared"
            )
        }
        return all
    }

    /// Whether nothing was dropped that the absence of a record could be judged by: what was dropped for want of room looks
    /// like what was never said.
    private var isWhole: Bool { !records.overflowed && !signs.overflowed && !slices.overflowed }

    /// What does not go together.
    consuming func finish(_ context: Context) -> [DerivedEvent] {
        let isWhole = isWhole
        let records = records.sorted()
        let signs = signs.sorted()
        let inspects = inspects.sorted()
        let coverage = Coverage(slices.sorted(), records, context)
        var all: [DerivedEvent] = []
        if isWhole {
            all += SiloJudge(signs: signs, records: records, coverage: coverage, context: context).findings()
            all += ExecJudge(signs: signs, records: records, coverage: coverage, inspects: inspects, context: context)
                .findings()
        }
        all += LifeJudge(records: records, inspects: inspects, context: context).findings()
        all += NameJudge(records: records, inspects: inspects, context: context).findings()
        all += IdentityJudge(
            identities: identities.sorted(), inspects: inspects, coverage: coverage, context: context
        ).findings()
        return all
    }
}
