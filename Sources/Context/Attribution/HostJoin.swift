/// Whether the containers of an engine ran on a host. Nothing is guessed: an engine's own records do not name its host,
/// so it is joined to a host only where there is nothing else it could be.
struct HostJoin: Sendable {
    /// Windows hosts, without computer names of containers; lower case.
    let windowsHosts: Set<String>
    let engines: [String]
    /// The Windows host that the unnamed engine must be, if there is one.
    let soleHost: String?

    init(hosts: Set<String>, inventory: ContainerInventory) {
        let machines = hosts.filter { !HostJoin.isContainerName($0) }
        let named = Set(inventory.hostnames)
        // A container may carry any computer name, the host's too: then the names are left in.
        let others = machines.filter { !named.contains($0) }
        windowsHosts = others.isEmpty ? machines : others
        engines = inventory.engines
        soleHost = windowsHosts.count == 1 && engines.count <= 1 ? windowsHosts.first : nil
    }

    /// Whether `container` may have run on `host` (lower case).
    func mayRun(_ container: Container, on host: String) -> Bool {
        if !container.hosts.isEmpty { return container.hosts.contains(host) }
        let named = container.engines.filter { !$0.isEmpty }
        if !named.isEmpty { return named.contains { HostJoin.isSame($0, host) } }
        return soleHost == host
    }

    /// Why containers of the engine are not joined to the host, in words.
    var reasonAgainst: String {
        if windowsHosts.count > 1 {
            return
                "the evidence holds \(windowsHosts.count) Windows hosts and does not tell which one the engine ran on"
        }
        if engines.count > 1 {
            return "the evidence holds \(engines.count) engines and does not tell which one ran on this host"
        }
        return "no engine record is known to be of this host"
    }

    /// Twelve hex digits: the default computer name of a Windows container.
    static func isContainerName(_ host: String) -> Bool {
        host.utf8.count == ContainerID.shortest && host.utf8.allSatisfy(ASCII.isHexDigit)
    }

    /// Equal, or equal up to the first dot when one of them has no domain.
    private static func isSame(_ left: String, _ right: String) -> Bool {
        if left == right { return true }
        guard !left.contains(".") || !right.contains(".") else { return false }
        return left.prefix { $0 != "." } == right.prefix { $0 != "." }
    }
}
