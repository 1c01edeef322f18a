/// What the inventory knows beside containers.
public enum ItemKind: String, Hashable, Comparable, Sendable, Codable, CaseIterable {
    /// An engine, as its own documents and events describe it.
    case engine
    /// An image; its id is `sha256:…`, or a reference where no record joins it to an id.
    case image
    /// A network of an engine.
    case network
    /// A volume of an engine.
    case volume
    /// A pod sandbox.
    case pod
    /// A container of containerd whose id is no hex id: made by hand (`ctr run`), and no engine lists it.
    case task
    /// A compute system of the host (HCS).
    case system
    /// A Hyper-V virtual machine.
    case machine
    /// A job or server silo of the Windows kernel.
    case silo
    /// A distribution of WSL.
    case distribution
    /// A tool that runs programs in a guest of its own was started: Windows Sandbox, `wslc`.
    case sandbox

    /// Most items of this kind that are kept: the smallest keys.
    var limit: Int {
        switch self {
        case .engine: 256
        case .network, .machine, .distribution, .sandbox: 1 << 12
        case .image, .volume, .system, .silo, .task: 1 << 14
        case .pod: 1 << 16
        }
    }

    /// Orders kinds as they are listed.
    public static func < (left: ItemKind, right: ItemKind) -> Bool { left.rank < right.rank }

    private var rank: Int { ItemKind.allCases.firstIndex(of: self) ?? 0 }
}
