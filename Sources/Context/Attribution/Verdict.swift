import Events

/// Weighs the evidence on one event: how sure it is that it belongs to a container, and to which.
///
/// belonging = 1 − Π over kinds (1 − strongest weight of the kind), at most 99 %.
/// doubt = 1 − Π (1 − weight of each contradiction).
/// confidence = 100 · belonging · (1 − doubt / 2), so that a contradiction never hides an event, it lowers and is told.
/// A container that is named by nothing but being the only one that ran then gets 90 at most (75 if its isolation is unknown).
struct Verdict {
    private let host: String
    private let time: Timestamp
    private let isLinux: Bool
    private var reasons: [String] = []
    /// As long as the same evidence leads to the same verdict.
    private(set) var steady: SteadySpan
    private var contradictions: [(weight: Int, reason: String)] = []

    /// Most confidence when the container is named by nothing but being the only one that ran.
    private static let mostForOnlyOne = 90
    /// The same when its isolation is not known: it may not be a silo at all.
    private static let mostForOnlyUnknown = 75
    /// Weight of a contradiction of run times.
    private static let outOfTime = 60
    /// Weight of evidence that only containers of another isolation could leave.
    private static let wrongIsolation = 60
    /// Weight of a host path where silo paths are the rule.
    private static let hostPath = 50

    init(host: String, time: Timestamp, isLinux: Bool = false) {
        self.isLinux = isLinux
        steady = SteadySpan(around: time)
        self.host = host
        self.time = time
    }

    mutating func reach(_ evidence: [Evidence], _ view: EventView, _ context: Context) -> ContainerAttribution {
        reasons = evidence.map(\.reason)
        var codes = Set(evidence.map(\.code))
        let isHostProcess = evidence.contains { $0.code == .hostProcessPath || $0.code == .hostProcessShim }
        let volume = chooseVolume(evidence)
        var attribution = ContainerAttribution.Draft(id: volume.map { "unknown in silo \($0)" } ?? "unknown")
        if isHostProcess { attribution.isolation = .hostprocess }
        var most = 100
        switch chooseNamed(evidence, context) {
        case .known(let container):
            steady.cut(by: container)
            attribution.describe(container, at: time)
            doubt(container, evidence)
        case .stranger(let id): attribution.id = id.text
        case .none:
            if !isHostProcess, !isLinux, let owner = owner(of: volume, context) {
                let container = context.inventory.containers[owner.container]
                steady.cut(by: container)
                attribution.describe(container, at: time)
                most = container.isolation == .process ? Verdict.mostForOnlyOne : Verdict.mostForOnlyUnknown
                reasons.append(owner.reason)
                codes.insert(.engine)
                doubt(container, evidence)
            }
        }
        doubtHostPath(evidence, view, context)
        attribution.confidence = min(confidence(evidence), most)
        attribution.evidence = codes.sorted()
        attribution.reasons = reasons + contradictions.map { "contradiction: " + $0.reason }
        return ContainerAttribution(attribution)
    }

    private func confidence(_ evidence: [Evidence]) -> Int {
        var missing = 1.0
        for kind in EvidenceCode.Kind.allCases {
            let strongest = evidence.lazy.filter { $0.code.kind == kind }.map(\.weight).max() ?? 0
            missing *= 1 - Double(strongest) / 100
        }
        let trust = contradictions.reduce(1.0) { $0 * (1 - Double($1.weight) / 100) }
        // Only a record that names the container in full is sure.
        let belonging = missing == 0 ? 1 : min(1 - missing, 0.99)
        return Int((100 * belonging * (1 - (1 - trust) / 2)).rounded())
    }

    private enum Named {
        case none
        case known(Container)
        case stranger(ContainerID)
    }

    /// The container most evidence names. Others that are named contradict it.
    private mutating func chooseNamed(_ evidence: [Evidence], _ context: Context) -> Named {
        var weights: [ContainerID: Int] = [:]
        var known: [ContainerID: Container] = [:]
        for item in evidence {
            switch item.subject {
            case .some, .volume: continue
            case .container(let id):
                if case .one(let container) = context.inventory.resolve(id), fits(container) {
                    known[container.id] = container
                    weights[container.id, default: 0] += item.weight
                } else {
                    if case .ambiguous(let ids) = context.inventory.resolve(id) {
                        reasons.append(
                            "\(ids.count) known containers have ids that begin with \(id.text): none is chosen")
                    }
                    weights[id, default: 0] += item.weight
                }
            case .hostname(let name):
                let named = context.inventory.containers(withHostname: name).filter { $0.platform != .linux }
                if named.count > 1 { for container in named { steady.cut(by: container) } }
                let running = named.count > 1 ? named.filter { $0.state(at: time) == .running } : named
                guard running.count == 1, let container = running.first else {
                    reasons.append("\(named.count) containers were given the computer name \(NeutralText.quoted(name))")
                    continue
                }
                known[container.id] = container
                weights[container.id, default: 0] += item.weight
            case .layer(let layer):
                guard let container = context.inventory.container(ofLayer: layer) else { continue }
                known[container.id] = container
                weights[container.id, default: 0] += item.weight
            }
        }
        // More weight first, then the longer id, then the smaller.
        let ranked = weights.sorted {
            (-$0.value, -$0.key.text.utf8.count, $0.key) < (-$1.value, -$1.key.text.utf8.count, $1.key)
        }
        guard let best = ranked.first else { return .none }
        for rival in ranked.dropFirst() where !rival.key.isPrefix(of: best.key) && !best.key.isPrefix(of: rival.key) {
            contradictions.append((min(rival.value, 90), "other evidence names container \(rival.key.short)"))
        }
        return known[best.key].map { .known($0) } ?? .stranger(best.key)
    }

    /// Whether it is of the platform that the event is of, as far as is known.
    private func fits(_ container: Container) -> Bool { container.platform != (isLinux ? .windows : .linux) }

    /// The silo volume of the process itself, else of its ancestors. Another one contradicts it.
    private mutating func chooseVolume(_ evidence: [Evidence]) -> String? {
        var volumes: [(guid: String, weight: Int)] = []
        let ranked = evidence.sorted { ($0.isOwn ? 0 : 1, -$0.weight) < ($1.isOwn ? 0 : 1, -$1.weight) }
        for item in ranked {
            guard case .volume(let guid) = item.subject, !volumes.contains(where: { $0.guid == guid }) else { continue }
            volumes.append((guid, item.weight))
        }
        for rival in volumes.dropFirst() {
            contradictions.append((rival.weight, "two silo volumes are involved; the other one is \(rival.guid)"))
        }
        return volumes.first?.guid
    }

    private mutating func owner(of volume: String?, _ context: Context) -> VolumeOwner? {
        guard time != .unknown else { return nil }
        if let volume {
            if let owner = context.volumes[Context.VolumeKey(host: host, guid: volume)] { return owner }
        }
        if let timeline = context.timelines[host] { steady.cut(by: timeline) }
        let found = VolumeOwner.owner(on: host, at: time, context.inventory, context.timelines)
        // With a volume that was in use for longer, the answer of the whole span stands.
        if let volume, context.tree.uses(volume, on: host) {
            if found != nil { return nil }
        } else if let found {
            return found
        }
        explainMissingOwner(context)
        return nil
    }

    private mutating func explainMissingOwner(_ context: Context) {
        guard !context.inventory.isEmpty else { return }
        guard let timeline = context.timelines[host] else {
            reasons.append("which container is not known: " + context.join.reasonAgainst)
            return
        }
        let running = timeline.count(at: time)
        reasons.append("which container is not known: \(running) may have run on the host then")
    }

    /// What the records of the container itself say against it.
    private mutating func doubt(_ container: Container, _ evidence: [Evidence]) {
        let short = container.id.short
        if container.state(at: time) == .notRunning {
            contradictions.append((Verdict.outOfTime, "the records say that container \(short) did not run then"))
        }
        // Paths, users and parents of a Hyper-V container are not seen from the host.
        let isSeenFromHost =
            evidence.contains { $0.code.kind != .host } && !HostJoin.isContainerName(host)
            && !evidence.contains { $0.code == .computerName }
        if isSeenFromHost, !isLinux, container.isolation == .hyperv {
            contradictions.append(
                (
                    Verdict.wrongIsolation,
                    "container \(short) has Hyper-V isolation: its processes are not seen from the host"
                ))
        }
    }

    /// User or ancestors say container, the image says host: told where this host is known to show silo paths.
    private mutating func doubtHostPath(_ evidence: [Evidence], _ view: EventView, _ context: Context) {
        guard !evidence.contains(where: { $0.code.kind == .host || ($0.code.kind == .path && $0.isOwn) }),
            evidence.contains(where: { $0.code == .containerSID || !$0.isOwn }),
            let image = view.first(.image, .newProcessName, .processName, .sourceImage), SiloPath(image) == .drive,
            context.hostsWithSiloPaths.contains(host)
        else { return }
        contradictions.append(
            (
                Verdict.hostPath,
                "the image \(NeutralText.quoted(image)) lies on the host, where processes of containers show silo paths"
            ))
    }
}
