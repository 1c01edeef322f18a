/// Where a fact of the inventory comes from.
public enum FactSource: String, Hashable, Comparable, Sendable, Codable {
    /// Docker Engine events.
    case dockerEvents = "docker-events"
    /// Docker inspect of a container.
    case dockerInspect = "docker-inspect"
    /// A row of `docker ps`.
    case dockerList = "docker-ps"
    /// Docker's description or listing of an image.
    case dockerImage = "docker-image"
    /// Docker's description of a network.
    case dockerNetwork = "docker-network"
    /// Docker's description of a volume.
    case dockerVolume = "docker-volume"
    /// `docker info` or `docker version`.
    case dockerInfo = "docker-info"
    /// The engine's `daemon.json`.
    case dockerConfiguration = "docker-daemon-config"
    /// Events of containerd.
    case containerdEvents = "containerd-events"
    /// Listings of `ctr` and `crictl`.
    case listing = "containerd-listing"
    /// Requests to a Kubernetes API server.
    case kubernetesAudit = "kubernetes-audit"
    /// Hyper-V-Compute events of the host.
    case hostCompute = "hyper-v-compute"
    /// `hcsdiag list`.
    case hcsdiag
    /// Hyper-V-VMMS events.
    case hyperVManagement = "hyper-v-vmms"
    /// Hyper-V-Worker events.
    case hyperVWorker = "hyper-v-worker"
    /// VHDMP events.
    case virtualDisks = "vhdmp"
    /// Kernel-Process events of jobs and silos.
    case kernelProcess = "kernel-process"
    /// Starts of processes (Sysmon 1, Security 4688).
    case processStart = "process-start"
    /// Registry values (Sysmon 13, Security 4657).
    case registry

    /// Whether such records show how things are and not when: they do not tell when they were taken.
    public var isSnapshot: Bool {
        switch self {
        case .dockerInspect, .dockerList, .dockerImage, .dockerNetwork, .dockerVolume, .dockerInfo,
            .dockerConfiguration, .listing, .hcsdiag:
            true
        default: false
        }
    }

    /// Orders sources by their raw names, alphabetically.
    public static func < (left: FactSource, right: FactSource) -> Bool { left.rawValue < right.rawValue }
}
