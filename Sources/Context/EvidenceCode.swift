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
    /// The file is named after the container.
    case sourceName = "source-name"
    /// The engine's records.
    case engine

    /// Orders codes as they are declared: `id` first, `engine` last.
    public static func < (left: EvidenceCode, right: EvidenceCode) -> Bool { left.order < right.order }

    private var order: Int { EvidenceCode.allCases.firstIndex(of: self) ?? 0 }

    /// Evidence of one kind comes from one and the same observation and does not add up; kinds are independent.
    enum Kind: Int, CaseIterable { case host, path, user, tree, record }

    var kind: Kind {
        switch self {
        case .computerName: .host
        case .siloPath, .layerPath, .hostProcessPath: .path
        case .containerSID: .user
        case .agentChild, .agentDescendant, .hostProcessShim: .tree
        case .id, .engine, .sourceName: .record
        }
    }
}
