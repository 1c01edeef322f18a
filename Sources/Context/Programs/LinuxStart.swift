import Events

/// A process creation on Linux, whose container is told only when everything was read.
struct LinuxStart: Bounded {
    var record: KeptRecord

    var cost: Int { record.cost }

    /// The latest first.
    func isKept(before other: LinuxStart) -> Bool {
        if record.time != other.record.time { return record.time > other.record.time }
        return record.isBefore(other.record)
    }

    private static let evidence: Set<EvidenceField> = [
        .image, .parentImage, .commandLine, .user, .processID, .parentProcessID, .containerID, .cgroup, .comm, .path,
        .pathFull,
    ]

    /// The start that `view` tells; nil without a time.
    init?(_ view: EventView) {
        guard view.time != .unknown else { return nil }
        record = KeptRecord(view, LinuxStart.evidence)
    }
}
