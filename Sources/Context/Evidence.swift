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
    /// The engine's records.
    case engine

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
        case .id, .engine: .record
        }
    }
}

/// One piece of evidence on one event.
struct Evidence: Hashable, Sendable {
    /// Whom it points at.
    enum Subject: Hashable, Sendable {
        /// Some container, no telling which.
        case some
        /// The container with that id.
        case container(ContainerID)
        /// The container with that computer name.
        case hostname(String)
        /// The container that owns the volume with that GUID.
        case volume(String)
        /// The container that owns the layer, if it is not an image's.
        case layer(String)
    }

    var code: EvidenceCode
    /// How sure it alone makes that the event belongs to a container, percent.
    var weight: Int
    var subject: Subject
    /// In words; adversary text in it is neutralised.
    var reason: String
    /// Whether it is about an ancestor of the process instead of the event itself.
    var isInherited = false
    /// Whether it is about the parent's image, which the start's record tells.
    var isOfParent = false

    /// Whether it is about the process itself.
    var isOwn: Bool { !isInherited && !isOfParent }

    /// Job membership is inherited whatever the depth; what may be wrong is the join by process id: a tenth less.
    func inherited() -> Evidence {
        guard !isInherited else { return self }
        var copy = self
        copy.isInherited = true
        copy.weight = weight * 9 / 10
        if code == .agentChild { copy.code = .agentDescendant }
        copy.reason = "descends from a process of a container: " + reason
        return copy
    }
}
