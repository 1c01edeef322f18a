import Context
import Events

/// One container's story in time, from what happened to it.
///
/// Records of several kinds that tell of one moment are one line with all its sources; an exec is one line with its outcome,
/// and a command that is run again and again is one line with a count.
struct ContainerStory {
    private let inventory: ContainerInventory
    private let container: Container
    /// Whether every exec has a line of its own.
    private let tellsAll: Bool

    /// Kinds of records tell of one moment up to so far apart.
    private static let oneMoment: Int64 = 2_000_000_000
    /// A command that ran so often is told once.
    private static let routine = 4
    /// Lines that are looked back at for another record of one moment.
    private static let lookBack = 64
    /// Addresses by network and moment of connection.
    private let addresses: [String: String]

    init(_ container: Container, in inventory: ContainerInventory, tellsAll: Bool) {
        self.container = container
        self.inventory = inventory
        self.tellsAll = tellsAll
        var addresses: [String: String] = [:]
        for endpoint in inventory.endpoints(of: container.id) where !endpoint.address.isEmpty {
            guard let time = endpoint.connected else { continue }
            addresses["\(time.nanoseconds) \(endpoint.network)"] =
                ", address "
                + [endpoint.address, endpoint.mac].filter { !$0.isEmpty }.map(TextSafety.visible)
                .joined(separator: ", ")
        }
        self.addresses = addresses
    }

    /// The lines, in order of time.
    var lines: [StoryLine] {
        let told = inventory.happenings(of: container.id)
        var lines =
            moments(told.filter { !$0.happening.verb.isOfExec && (tellsAll || !$0.happening.verb.isOfRuntime) })
            + snapshots(told.map(\.happening))
        lines += execs()
        return lines.sorted { ($0.time, $0.what) < ($1.time, $1.what) }
    }

    // MARK: Moments

    private func moments(_ told: [(happening: Happening, place: EventPlace)]) -> [StoryLine] {
        var lines: [(line: StoryLine, happening: Happening)] = []
        var health: [String: Int] = [:]
        for entry in told {
            let happening = entry.happening
            if happening.verb == .listed || happening.verb == .health, !tellsAll {
                health[happening.verb.rawValue + " " + happening.text, default: 0] += 1
                if health[happening.verb.rawValue + " " + happening.text] != 1 { continue }
            }
            let same = lines.suffix(ContainerStory.lookBack).lastIndex { known in
                known.happening.verb == happening.verb && known.happening.object == happening.object
                    && !known.line.sources.contains(happening.source)
                    && happening.time.nanoseconds - known.happening.time.nanoseconds < ContainerStory.oneMoment
            }
            if let same {
                lines[same].line.sources = (lines[same].line.sources + [happening.source]).sorted()
                if happening.source == .containerdEvents, happening.verb == .ended {
                    lines[same].line.what = sentence(for: happening)
                }
                continue
            }
            lines.append(
                (
                    StoryLine(
                        time: happening.time, what: sentence(for: happening), sources: [happening.source],
                        place: entry.place, isNotable: happening.verb.isNotable), happening
                ))
        }
        return lines.map { entry in
            var line = entry.line
            let key = entry.happening.verb.rawValue + " " + entry.happening.text
            if let count = health[key], count > 1 { line.what += " (\(Quantity.count(count)) times in all)" }
            return line
        }
    }

    private func sentence(for happening: Happening) -> String {
        let text = TextSafety.visible(happening.text)
        let object = TextSafety.visible(happening.object)
        switch happening.verb {
        case .created:
            let image = ContainerWords.image(text.isEmpty ? container.image : happening.text)
            return image.isEmpty ? "created" : "created from \(image)"
        case .started: return "started" + (happening.pid.map { ", process \($0)" } ?? "")
        case .restarted: return "restarted"
        case .paused: return "paused"
        case .unpaused: return "resumed"
        case .killed: return text.isEmpty ? "killed" : "signal \(text) was sent"
        case .stopped: return "stopped" + (text.isEmpty ? "" : ", \(text)")
        case .prepared: return "the runtime made its part of it"
        case .released: return "the runtime removed its part of it"
        case .ended: return happening.code.map { "ended with exit code " + ContainerWords.exitCode($0) } ?? "ended"
        case .outOfMemory: return "ran out of memory"
        case .destroyed: return "removed"
        case .renamed: return "renamed from \(object.isEmpty ? "?" : object) to \(text)"
        case .updated: return "its configuration was updated"
        case .modified: return "modified while running: \(object)" + (text.isEmpty ? "" : " " + text)
        case .connected: return "connected to network \(network(text, object))" + address(happening)
        case .disconnected: return "disconnected from network \(network(text, object))"
        case .mounted: return "volume \(object) mounted" + (text.isEmpty ? "" : " at \(text)")
        case .unmounted: return "volume \(object) unmounted"
        case .attached: return "a client attached to it"
        case .detached: return "a client detached from it"
        case .copiedIn: return "files were copied into it"
        case .copiedOut: return "files were copied out of it"
        case .exported: return "its whole file system was exported"
        case .committed:
            return "saved as an image" + (text.isEmpty ? "" : " \(text)") + (object.isEmpty ? "" : " (\(object))")
        case .listed: return "its processes were listed"
        case .health: return "health: \(text)"
        default: return (happening.verb.rawValue + " " + object + " " + text)
        }
    }

    private func network(_ name: String, _ id: String) -> String { name.isEmpty ? String(id.prefix(12)) : name }

    private func address(_ happening: Happening) -> String {
        addresses["\(happening.time.nanoseconds) \(happening.object)"] ?? ""
    }

    // MARK: What only snapshots tell

    private func snapshots(_ told: [Happening]) -> [StoryLine] {
        func isTold(_ verbs: [HappeningVerb], _ time: Timestamp) -> Bool {
            told.contains {
                verbs.contains($0.verb) && abs($0.time.nanoseconds - time.nanoseconds) < ContainerStory.oneMoment
            }
        }
        let sources = container.details.provenance.sources.filter { $0 == .dockerInspect || $0 == .dockerList }
        var lines: [StoryLine] = []
        func add(_ what: String, _ time: Timestamp?, unless verbs: [HappeningVerb]) {
            guard let time, !isTold(verbs, time) else { return }
            lines.append(StoryLine(time: time, what: what, sources: sources, place: .none))
        }
        let image = ContainerWords.image(container.image)
        add(image.isEmpty ? "created" : "created from \(image)", container.created, unless: [.created])
        for run in container.runs {
            add("started", run.start, unless: [.started, .restarted])
            add("ended", run.end, unless: [.ended, .stopped, .killed, .destroyed, .outOfMemory])
        }
        return lines
    }

    // MARK: Execs

    private func execs() -> [StoryLine] {
        let all = inventory.execs(of: container.id)
        let byCommand = Dictionary(grouping: all, by: \.command)
        return byCommand.flatMap { command, execs in
            guard !tellsAll, execs.count >= ContainerStory.routine, let first = execs.first, let last = execs.last
            else {
                return execs.map(line(for:))
            }
            var line = StoryLine(
                time: first.time,
                what: words(command) + " ran \(Quantity.count(execs.count)) times until "
                    + "\(TimeText.toTheSecond(last.time)): " + ContainerStory.outcomes(execs),
                sources: Set(execs.flatMap(\.sources)).sorted(), place: first.place)
            line.isNotable = false
            return [line]
        }
    }

    private func words(_ command: String) -> String {
        command.isEmpty ? "exec of an unknown command" : "exec `\(TextSafety.visible(command))`"
    }

    private func line(for exec: ContainerExec) -> StoryLine {
        var what = words(exec.command)
        if let code = exec.exitCode { what += ", exit code " + ContainerWords.exitCode(code) }
        if let start = exec.started ?? exec.created, let end = exec.ended, end >= start {
            what += ", after " + Quantity.duration(Double(end.nanoseconds - start.nanoseconds) / 1e9)
        } else if exec.ended == nil {
            what += ", no end was recorded"
        }
        if let pid = exec.pid { what += ", process \(pid)" }
        if exec.isDetached { what += ", detached" }
        for conflict in exec.conflicts { what += " (\(conflict))" }
        return StoryLine(time: exec.time, what: what, sources: exec.sources, place: exec.place, isNotable: true)
    }

    /// `exit code 0 × 56, 1 × 1`.
    static func outcomes(_ execs: [ContainerExec]) -> String {
        let counts = Dictionary(grouping: execs) { $0.exitCode.map(ContainerWords.exitCode) ?? "unknown" }.mapValues(
            \.count)
        let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return "exit code " + sorted.map { "\($0.key) × \(Quantity.count($0.value))" }.joined(separator: ", ")
    }
}

extension ContainerStory {
    /// What the records do not tell, in sentences.
    var unknowns: [String] {
        var all: [String] = []
        let details = container.details
        if !container.id.isFull { all.append("only the first \(container.id.text.count) digits of its id are known") }
        if container.names.isEmpty { all.append("no record names it") }
        if container.created == nil { all.append("no creation was recorded") }
        let lost = container.runs.filter { $0.start == nil }.count
        if container.runs.isEmpty, details.statedStates.isEmpty || details.statedStates == ["created"] {
            all.append("no start was recorded")
        }
        if lost > 0 { all.append("no start was recorded" + (lost > 1 ? " for \(lost) runs" : "")) }
        if let last = container.runs.last, last.end == nil {
            all.append("no end was recorded: it may have run on after the last record")
        }
        if container.runs.last?.end != nil, details.exitCode == nil { all.append("no exit code was recorded") }
        if !details.provenance.sources.contains(.dockerInspect) {
            all.append(
                "no inspect document: privileges, mounts, user and addresses are known as far as events tell them")
        }
        let execs = inventory.execs(of: container.id)
        let silent = execs.filter(\.command.isEmpty).count
        if silent > 0 {
            all.append("\(Quantity.count(silent, "exec")) without a command: only containerd tells of them")
        }
        if !container.sources.contains(.dockerEvents) { all.append("no event of an engine tells of it") }
        let nowhere = inventory.endpoints(of: container.id).filter {
            $0.address.isEmpty && $0.address6.isEmpty && !["host", "none"].contains($0.networkName)
        }
        if !nowhere.isEmpty {
            all.append("no address was recorded for \(Quantity.count(nowhere.count, "connection")) to networks")
        }
        return all
    }
}

extension HappeningVerb {
    /// What the runtime does below an engine at each start and end.
    fileprivate var isOfRuntime: Bool { self == .prepared || self == .released }

    /// What changes the container or takes something out of it.
    fileprivate var isNotable: Bool {
        switch self {
        case .renamed, .updated, .modified, .attached, .copiedIn, .copiedOut, .exported, .committed: true
        default: false
        }
    }
}
