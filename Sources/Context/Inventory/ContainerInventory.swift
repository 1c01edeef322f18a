/// The containers of the whole evidence, immutable.
public struct ContainerInventory: Sendable {
    /// What a prefix stands for.
    public enum Match: Equatable, Sendable {
        /// No known container has it.
        case none
        /// Exactly one has it.
        case one(Container)
        /// Several have it: nothing is guessed.
        case ambiguous([ContainerID])
    }

    /// All containers, by id.
    public internal(set) var containers: [Container]
    /// Short ids in the evidence that more than one container has, with those containers.
    public let ambiguousPrefixes: [ContainerID: [ContainerID]]
    /// Engines as named by the caller; the unnamed one is the empty text.
    public let engines: [String]
    /// Whether there were more containers than are kept (``InventoryBuilder/containerLimit``).
    public let overflowed: Bool

    /// Everything beside containers, by kind, host and id.
    public internal(set) var items: [InventoryItem] = []
    /// Execs, by container and time.
    public internal(set) var execs: [ContainerExec] = []
    /// Containers in networks, by container and time.
    public internal(set) var endpoints: [ContainerEndpoint] = []
    /// What happened to containers, in order of time; ids are full where the evidence has the full id.
    public internal(set) var happenings: [(happening: Happening, place: EventPlace)] = []
    /// Indices of `happenings` by container.
    var happeningsOfContainer: [String: [Int]] = [:]
    /// What did not fit, in words.
    public internal(set) var omissions: [String] = []

    /// Indices of the containers that a silo on the host's kernel can be, as far as is known.
    let siloCandidates: [Int]
    private let ids: [ContainerID]
    private let indexOfLayer: [String: Int]
    private let indicesOfHostname: [String: [Int]]
    /// Bit n: some computer name has n bytes; bit 0: some has 64 or more.
    private let hostnameLengths: UInt64

    init(
        containers: [Container], ambiguousPrefixes: [ContainerID: [ContainerID]], engines: [String], overflowed: Bool
    ) {
        self.containers = containers
        self.ambiguousPrefixes = ambiguousPrefixes
        self.engines = engines
        self.overflowed = overflowed
        ids = containers.map(\.id)
        var layers: [String: Int] = [:]
        var shared: Set<String> = []
        var hostnames: [String: [Int]] = [:]
        for (index, container) in containers.enumerated() {
            for layer in container.layers where layers.updateValue(index, forKey: layer) != nil { shared.insert(layer) }
            if !container.hostname.isEmpty { hostnames[ASCII.lowered(container.hostname), default: []].append(index) }
        }
        for layer in shared { layers.removeValue(forKey: layer) }
        siloCandidates = containers.indices.filter { containers[$0].mayRunInSilo }
        indexOfLayer = layers
        indicesOfHostname = hostnames
        hostnameLengths = hostnames.keys.reduce(0) { $0 | 1 << ($1.utf8.count < 64 ? UInt64($1.utf8.count) : 0) }
    }

    /// Whether nothing is known.
    public var isEmpty: Bool { containers.isEmpty }

    /// The container(s) that `id`, full or short, stands for. O(log n).
    public func resolve(_ id: ContainerID) -> Match {
        let matches = ids.run(ofPrefix: id)
        switch matches.count {
        case 0: return .none
        case 1: return .one(containers[matches.startIndex])
        default: return .ambiguous(Array(matches))
        }
    }

    /// The container whose own layer folder is `layer` (64 hex): by inspect's `GraphDriver.Data.dir`, else by the id
    /// itself, which the Windows engine uses as the name of the container's layer. O(log n).
    public func container(ofLayer layer: String) -> Container? {
        if let index = indexOfLayer[layer] { return containers[index] }
        guard let id = ContainerID(layer), id.isFull, case .one(let container) = resolve(id),
            container.platform != .linux
        else { return nil }
        return container
    }

    /// Containers with that computer name; case is ignored. O(1).
    public func containers(withHostname name: String) -> [Container] {
        (indicesOfHostname[ASCII.lowered(name)] ?? []).map { containers[$0] }
    }

    /// Whether `name` can be in ``hostnames``: by its length first. O(1).
    @inline(__always)
    func mayBeHostname(_ name: String) -> Bool {
        let count = name.utf8.count
        guard count < 64 ? hostnameLengths >> UInt64(count) & 1 != 0 : hostnameLengths & 1 != 0 else { return false }
        return indicesOfHostname[ASCII.lowered(name)] != nil
    }

    /// Computer names that containers were given, lower case.
    public var hostnames: some Collection<String> { indicesOfHostname.keys }
}
