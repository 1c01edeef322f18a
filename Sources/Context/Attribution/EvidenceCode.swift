/// Why an event is taken to belong to a container: the codes of docs/fields.md.
public enum EvidenceCode: String, CaseIterable, Sendable, Hashable, Comparable {
    /// The record names the container's id.
    case id
    /// The record's computer name is a container's.
    case computerName = "computer-name"
    /// A path on the volume of a silo.
    case siloPath = "silo-path"
    /// A path in a layer folder.
    case layerPath = "layer-path"
    /// ContainerAdministrator or ContainerUser.
    case containerSID = "container-sid"
    /// Started by the container execution agent.
    case agentChild = "cexecsvc-child"
    /// Started by a descendant of the container execution agent.
    case agentDescendant = "cexecsvc-descendant"
    /// Started by containerd's shim, or in its job: a HostProcess container.
    case hostProcessShim = "hostprocess-shim"
    /// Under `C:\hpc\`: a HostProcess container.
    case hostProcessPath = "hpc-path"
    /// A sensor's record names the container.
    case sensor
    /// The control group of the process.
    case cgroup
    /// Put into the container by the runtime, or started by its shim; or a descendant of such a process.
    case shimDescendant = "shim-descendant"
    /// The process id that the runtime gives.
    case initPID = "init-pid"
    /// The file system that the program lies on.
    case rootDevice = "root-device"
    /// The kernel's record of a silo.
    case siloEvent = "silo-event"
    /// The file is named after the container.
    case sourceName = "source-name"
    /// An address that the engine gave to the container, and no other one that ran then.
    case address
    /// The engine's records.
    case engine

    /// Orders codes as they are declared: `id` first, `engine` last.
    public static func < (left: EvidenceCode, right: EvidenceCode) -> Bool { left.order < right.order }

    private static let orders = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })
    private var order: Int { EvidenceCode.orders[self] ?? 0 }

    /// Evidence of one kind comes from one and the same observation and does not add up; kinds are independent.
    enum Kind: Int, CaseIterable { case host, path, user, tree, address, record }

    var kind: Kind {
        switch self {
        case .computerName: .host
        case .siloPath, .layerPath, .hostProcessPath, .rootDevice: .path
        case .containerSID: .user
        case .agentChild, .agentDescendant, .hostProcessShim, .shimDescendant: .tree
        case .address: .address
        case .id, .engine, .sourceName, .sensor, .cgroup, .initPID, .siloEvent: .record
        }
    }
}
