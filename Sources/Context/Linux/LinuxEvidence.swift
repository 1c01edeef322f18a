/// The evidence table of Linux processes.
///
/// | observation | weight |
/// |---|---|
/// | a sensor's record names the container: all 64 digits / fewer | 100 / 95 |
/// | the control group of the process is a container's | 95 |
/// | the process was `runc init` before it executed the program; the runtime names the container | 95 |
/// | child of the shim, which serves the container / which serves several (a pod) | 90 / 55 |
/// | child of what works in the container's bundle folder (strace: a thread of the shim) | 85 |
/// | child of `runc exec` | 85 |
/// | the runtime gives the process's id, and its own `exec` is within 3 s and of the same program | 85 |
/// | the same in a trace, where the start was not seen: the id alone | 75 |
/// | nobody tells of the parent, but the program lies on the root file system of one container: seen before and after / on one side | 75 / 65 |
/// | the process is `runc init`, which sets up the container that the runtime names | 60 |
/// | an ancestor's evidence | nine tenths |
/// | the same, when the parent's program lies in a container's file system and this one on a disk: reused id? | half of that |
///
/// Helpers (shim, runc, hooks of `runc create`) are on the host. `runc init` is in the container's namespaces already, but
/// none of its programs: what it does belongs to the container with little weight, and is not inherited. A helper's word counts only where the helper
/// itself is not in a container: programs in containers can have any name and command line.
enum LinuxEvidence {
    /// How the process came into the container.
    static func entry(_ role: LinuxRole, served id: ContainerID?, isShared: Bool) -> Evidence? {
        let weight: Int
        let words: String
        switch role {
        case .initial: (weight, words) = (95, "was the runtime's init before it executed the program")
        case .shim: (weight, words) = (isShared ? 55 : 90, "is a child of the shim")
        case .bundle: (weight, words) = (85, "is a child of a process that works in the container's bundle folder")
        case .execute: (weight, words) = (85, "was started by the runtime's exec")
        case .create, .helper, .plain: return nil
        }
        let names = id.map { ", which serves \($0.short)" } ?? ""
        return Evidence(
            code: .shimDescendant, weight: weight, subject: id.map { .container($0) } ?? .some,
            reason: "the process \(words)\(names)")
    }

    /// The runtime's init, before it executes the container's program.
    static func settingUp(_ id: ContainerID) -> Evidence {
        Evidence(
            code: .shimDescendant, weight: 60, subject: .container(id),
            reason: "the process is the runtime's init, which sets up container \(id.short)")
    }

    /// The record itself names the container.
    static func named(_ id: ContainerID) -> Evidence {
        Evidence(
            code: .sensor, weight: id.isFull ? 100 : 95, subject: .container(id),
            reason: "the record names container \(id.short)")
    }

    /// The control group of the process.
    static func group(_ id: ContainerID) -> Evidence {
        Evidence(
            code: .cgroup, weight: 95, subject: .container(id),
            reason: "the process is in the control group of container \(id.short)")
    }

    /// Evidence by a parent whose id may have been reused.
    static func doubtful(_ evidence: Evidence) -> Evidence {
        var copy = evidence
        copy.weight = evidence.weight / 2
        copy.reason =
            "perhaps (its program lies on a disk, its parent's did not: the id may be another's) " + evidence.reason
        return copy
    }

    /// The runtime's process id.
    static func claimed(_ claim: LinuxClaim, isSeen: Bool) -> Evidence {
        Evidence(
            code: .initPID, weight: isSeen ? 85 : 75, subject: .container(claim.container),
            reason: "the runtime says that process \(claim.pid) is of container \(claim.container.short)"
                + (isSeen ? ", and it started then" : ""))
    }

    /// The program's file system.
    static func root(_ id: ContainerID, isBetween: Bool) -> Evidence {
        Evidence(
            code: .rootDevice, weight: isBetween ? 75 : 65, subject: .container(id),
            reason: "the program lies on the root file system of container \(id.short)")
    }
}
