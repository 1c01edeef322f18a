import Bytes
import Events

/// What a worker remembers of attributions: events of one process show the same evidence over and over, and the same
/// evidence on the same host leads to the same verdict while no container's state changes.
///
///     event → its evidence as it lies there, and what ties it to its process → known and steady? → the verdict of before
///                                                                          └→ weighed, and remembered
///
/// One is used with one ``Context``; another context makes it forget. Bounded: ``capacity`` verdicts, the newer one takes
/// the place of the older.
struct AttributionMemo: Sendable {
    /// Verdicts that are remembered.
    static let capacity = 1 << 11
    /// Values of one event that are told apart.
    private static let valueLimit = 64

    private struct Entry: Sendable {
        var hash: UInt64
        var host: String
        var tie: Int64
        var isLinux: Bool
        var values: [EventView.Value]
        var steady: SteadySpan
        var attribution: ContainerAttribution?
    }

    /// The evidence of an event as it lies there.
    fileprivate struct Key {
        /// Bit n: value n is part of it.
        var picked: UInt64 = 0
        var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
        /// Whether the same will hardly come again, or cannot be told by values.
        var isUnique = false

        mutating func mix(_ value: UInt64) {
            hash = (hash ^ value) &* 0xFF51_AFD7_ED55_8CCD
            hash ^= hash >> 32
        }
    }

    private let isKept: Bool
    private var entries: [Entry?] = []
    private var identity: Context.Identity?

    init(isKept: Bool) { self.isKept = isKept }

    /// ``Context/attribution(of:)``, and what ties a Windows event to its process, where that was looked for.
    mutating func attribution(of view: EventView, _ context: Context, _ tie: inout Tie?) -> ContainerAttribution? {
        switch view.kind {
        case .other: return nil
        case .linuxProcess, .linuxRecord: return linux(view, context, &tie)
        case .dockerEvent, .containerOutput, .containerdEvent, .runtimeListing, .kubernetesAudit, .runtimeRecord:
            return recorded(view, context)
        case .dockerInspect, .flow, .dockerObject, .hostCompute:
            return context.attributionByRecord(of: view)
        case .processStart, .processEnd, .connection, .silo, .memory, .hostRecord, .registryValue, .windows, .fileWrite:
            break
        }
        let isAddressed = view.kind == .connection && context.knowsAddresses
        guard view.kind == .silo || context.mayAttribute(view) else {
            return isAddressed ? context.attributionByAddress(of: view) : nil
        }
        let found = context.tie(of: view)
        tie = found
        let attribution = remembered(view, found, isLinux: false, context) { steady in
            let evidence = Evidence.strongest(context.allEvidence(of: view, found))
            guard !evidence.isEmpty else { return nil }
            var verdict = Verdict(host: ASCII.lowered(view.host), time: view.time)
            defer { steady = verdict.steady }
            return verdict.reach(evidence, view, context)
        }
        return attribution ?? (isAddressed ? context.attributionByAddress(of: view) : nil)
    }

    private mutating func linux(_ view: EventView, _ context: Context, _ tie: inout Tie?) -> ContainerAttribution? {
        let found = context.linux.tie(of: view)
        tie = found
        // A helper's record names the container it serves: it is not in it. Sensors look at the process itself.
        if found.process >= 0, found.membership < 0, context.linux.isHostSide(Int(found.process)),
            LinuxFeed(view.origin) != .sensor
        {
            guard let id = context.linux.containerSetUp(by: Int(found.process)) else { return nil }
            var verdict = Verdict(host: ASCII.lowered(view.host), time: view.time, isLinux: true)
            return verdict.reach([LinuxEvidence.settingUp(id)], view, context)
        }
        return remembered(view, found, isLinux: true, context) { steady in
            let evidence = context.linuxEvidence(of: view, found)
            guard !evidence.isEmpty else { return nil }
            var verdict = Verdict(host: ASCII.lowered(view.host), time: view.time, isLinux: true)
            defer { steady = verdict.steady }
            return verdict.reach(evidence, view, context)
        }
    }

    /// Of a record that names its container.
    private mutating func recorded(_ view: EventView, _ context: Context) -> ContainerAttribution? {
        guard let id = Context.recordedID(of: view) else { return context.attributionByRecord(of: view) }
        var key = Key()
        key.pick(0, id.text)
        guard isKept else { return context.attribution(ofRecord: id, at: view.time).attribution }
        forget(unlessOf: context)
        let slot = Int(truncatingIfNeeded: key.hash) & (AttributionMemo.capacity - 1)
        if let entry = entries[slot], entry.hash == key.hash, entry.tie == AttributionMemo.recordTie,
            entry.steady.contains(view.time), entry.host == id.text
        {
            return entry.attribution
        }
        let found = context.attribution(ofRecord: id, at: view.time)
        entries[slot] = Entry(
            hash: key.hash, host: id.text, tie: AttributionMemo.recordTie, isLinux: false, values: [],
            steady: found.steady, attribution: found.attribution)
        return found.attribution
    }

    /// In the place of a tie: the host of the entry is the id that a record names.
    private static let recordTie = Int64.min

    private mutating func forget(unlessOf context: Context) {
        guard identity !== context.identity else { return }
        identity = context.identity
        entries = Array(repeating: nil, count: AttributionMemo.capacity)
    }

    @inline(__always)
    private mutating func remembered(
        _ view: EventView, _ tie: Tie, isLinux: Bool, _ context: Context,
        _ weigh: (inout SteadySpan) -> ContainerAttribution?
    ) -> ContainerAttribution? {
        var steady = SteadySpan(around: view.time)
        guard isKept, view.kind != .silo, view.fields.isEmpty else { return weigh(&steady) }
        let key = isLinux ? linuxKey(view, tie) : windowsKey(view, tie)
        guard !key.isUnique else { return weigh(&steady) }
        forget(unlessOf: context)
        let slot = Int(truncatingIfNeeded: key.hash) & (AttributionMemo.capacity - 1)
        if let known = known(in: slot, view, tie, isLinux: isLinux, key) { return known.attribution }
        let attribution = weigh(&steady)
        entries[slot] = Entry(
            hash: key.hash, host: view.host, tie: tie.code, isLinux: isLinux,
            values: view.values.indices.filter { key.picked >> UInt64($0) & 1 != 0 }.map { view.values[$0] },
            steady: steady, attribution: attribution)
        return attribution
    }

    private struct Known { var attribution: ContainerAttribution? }

    private func known(in slot: Int, _ view: EventView, _ tie: Tie, isLinux: Bool, _ key: Key) -> Known? {
        guard let entry = entries[slot], entry.hash == key.hash, entry.tie == tie.code, entry.isLinux == isLinux,
            entry.steady.contains(view.time), AttributionMemo.isSame(entry.host, view.host),
            key.picked.nonzeroBitCount == entry.values.count
        else { return nil }
        var picked = key.picked
        for value in entry.values {
            let other = view.values[picked.trailingZeroBitCount]
            guard value.field == other.field, AttributionMemo.isSame(value.text, other.text) else { return nil }
            picked &= picked - 1
        }
        return Known(attribution: entry.attribution)
    }

    /// The same bytes: texts that are only canonically equal may show other things.
    private static func isSame(_ left: String, _ right: String) -> Bool {
        let (one, two) = (left.utf8Span, right.utf8Span)
        return one.count == two.count
            && one.span.bytes.equals(two.span.bytes, at: 0, otherOffset: 0, length: one.count)
    }
}

// MARK: - Keys

extension AttributionMemo {
    private func windowsKey(_ view: EventView, _ tie: Tie) -> Key {
        var key = Key()
        key.mix(UInt64(bitPattern: tie.code))
        let values = view.values.span
        guard values.count <= AttributionMemo.valueLimit else { return Key(isUnique: true) }
        for index in values.indices {
            let field = values[index].field
            switch field.content {
            case .user, .sid: break
            case .path:
                switch field {
                case .image, .newProcessName, .processName, .application, .sourceImage: break
                default:
                    guard AttributionMemo.admits(values[index].text, field.content) else { continue }
                    if field == .targetFilename { key.isUnique = true }
                }
            case .parentPath: if EvidenceRules.isShim(values[index].text) { key.isUnique = true }
            case .object: guard AttributionMemo.admits(values[index].text, field.content) else { continue }
            case .pid, .guid, .text: continue
            }
            key.pick(index, values[index].text)
        }
        return key
    }

    private func linuxKey(_ view: EventView, _ tie: Tie) -> Key {
        var key = Key()
        key.mix(UInt64(bitPattern: tie.code))
        let values = view.values.span
        guard values.count <= AttributionMemo.valueLimit else { return Key(isUnique: true) }
        for index in values.indices {
            switch values[index].field {
            case .containerID, .cgroup: key.pick(index, values[index].text)
            case .image, .newProcessName, .processName, .sourceImage:
                // Only a path of Windows says anything against a container.
                let text = values[index].text
                guard text.isEmpty || text == "-" || text.utf8.first == UInt8(ascii: "/") else {
                    return Key(isUnique: true)
                }
            default: continue
            }
        }
        return key
    }

    @inline(__always)
    private static func admits(_ text: String, _ content: EvidenceField.Content) -> Bool {
        Screen.admits(text.utf8Span.span.bytes, wide: false, of: content)
    }
}

extension AttributionMemo.Key {
    @inline(__always)
    fileprivate mutating func pick(_ index: Int, _ text: String) {
        picked |= 1 << UInt64(index)
        let bytes = text.utf8Span.span.bytes
        mix(UInt64(bytes.byteCount))
        var offset = 0
        while let word = bytes.uint64(at: offset) {
            mix(word)
            offset += 8
        }
        var rest: UInt64 = 0
        while let byte = bytes.uint8(at: offset) {
            rest = rest << 8 | UInt64(byte)
            offset += 1
        }
        mix(rest)
    }
}
