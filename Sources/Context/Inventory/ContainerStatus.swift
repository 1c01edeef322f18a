public import Events

/// How a container was at a moment.
public struct ContainerStatus: Hashable, Sendable {
    /// What it did.
    public enum Phase: String, Hashable, Sendable, CaseIterable {
        /// It did not exist yet.
        case absent
        /// It was created and not started.
        case created
        /// It ran.
        case running
        /// It was paused.
        case paused
        /// It had ended.
        case exited
        /// It was removed.
        case removed
        /// The records do not tell.
        case unknown
    }

    /// What it did.
    public var phase: Phase
    /// Since when; nil if not recorded.
    public var since: Timestamp?
    /// Until when; nil if that is not recorded or not over.
    public var until: Timestamp?

    /// Whether it existed, as far as is known.
    public var exists: Bool { phase != .absent && phase != .removed }
}

extension Container {
    /// How it was at `time`, by the records' own times, without any slack. O(runs).
    public func status(at time: Timestamp) -> ContainerStatus {
        if let destroyed, destroyed <= time { return ContainerStatus(phase: .removed, since: destroyed, until: nil) }
        if let created, time < created { return ContainerStatus(phase: .absent, since: nil, until: created) }
        // Before the first record that speaks of it, a run whose start is lost may not have begun.
        if let first = details.provenance.firstEvent, time < first,
            runs.first.map({ $0.start == nil }) ?? (created == nil)
        {
            return ContainerStatus(phase: .unknown, since: nil, until: first)
        }
        if let index = runs.lastIndex(where: { ($0.start ?? .unknown) <= time && begins($0, before: time) }) {
            return status(at: time, after: index)
        }
        if let next = runs.first, next.start != nil {
            return ContainerStatus(phase: created == nil ? .unknown : .created, since: created, until: next.start)
        }
        if runs.isEmpty, let stated = details.statedStates.last, let phase = Container.phases[stated] {
            return ContainerStatus(phase: phase, since: phase == .created ? created : nil, until: destroyed)
        }
        let phase: ContainerStatus.Phase = created == nil || !runs.isEmpty ? .unknown : .created
        return ContainerStatus(phase: phase, since: created, until: destroyed)
    }

    /// A run whose start was not recorded began at some time after the end of the one before.
    private func begins(_ run: RunInterval, before time: Timestamp) -> Bool {
        guard run.start == nil, let index = runs.firstIndex(of: run), index > 0 else { return true }
        return (runs[index - 1].end ?? .unknown) <= time
    }

    private func status(at time: Timestamp, after index: Int) -> ContainerStatus {
        let run = runs[index]
        if let end = run.end, end <= time {
            let next = runs.indices.contains(index + 1) ? runs[index + 1].start : destroyed
            return ContainerStatus(phase: .exited, since: end, until: next)
        }
        if let pause = details.pauses.last(where: { ($0.start ?? .unknown) <= time }),
            pause.end.map({ time < $0 }) ?? true,
            (pause.start ?? .unknown) >= (run.start ?? .unknown)
        {
            return ContainerStatus(phase: .paused, since: pause.start, until: pause.end ?? run.end)
        }
        return ContainerStatus(phase: .running, since: run.start, until: run.end ?? destroyed)
    }

    /// States as snapshots write them.
    private static let phases: [String: ContainerStatus.Phase] = [
        "running": .running, "paused": .paused, "exited": .exited, "created": .created, "dead": .exited,
        "stopped": .exited, "container_running": .running, "container_exited": .exited,
        "container_created": .created,
    ]
}
