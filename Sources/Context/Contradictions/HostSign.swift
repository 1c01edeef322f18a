import Events

/// What a Windows host itself shows of containers and of those who ask for them.
struct HostSign: Hashable, Comparable, Sendable, Codable {
    enum Kind: Int, Sendable, Codable {
        /// A server silo changed its state or is made known to drivers: Kernel-Process 22, 23.
        case silo
        /// The compute service created or started a system whose id is a container's: Hyper-V-Compute 2000, 2001.
        case computeContainer
        /// The same of a system with another id: a virtual machine.
        case computeMachine
        /// A shim of containerd was started.
        case shim
        /// CExecSvc was started: every Windows container has one.
        case agent
        /// CExecSvc started a program: the entry point, or one that was put into the container.
        case agentChild
        /// A program was started that asks engines for things.
        case client
        /// A service was started that asks engines for things for as long as it runs.
        case service
        /// A program was started that makes silos or machines of its own: Windows Sandbox, WSL.
        case owner
    }

    /// The host, lower case.
    var host: String
    var time: Timestamp
    var kind: Kind
    /// The silo's GUID, the system's id, or the program. Adversary text.
    var subject: String
    /// The command line, where it tells something. Adversary text.
    var detail: String
    var place: EventPlace

    static func < (left: HostSign, right: HostSign) -> Bool {
        if left.host != right.host { return left.host < right.host }
        if left.time != right.time { return left.time < right.time }
        if left.kind != right.kind { return left.kind.rawValue < right.kind.rawValue }
        if left.subject != right.subject { return left.subject < right.subject }
        return left.detail == right.detail ? left.place < right.place : left.detail < right.detail
    }

    /// Programs that are run to ask an engine or a runtime. Lower case, without `.exe`.
    static let clients: Set<String> = [
        "docker", "docker-compose", "com.docker.cli", "nerdctl", "ctr", "crictl", "podman", "kubectl",
    ]
    /// Programs that stay and ask again and again: their start tells nothing of when they ask. Lower case, without `.exe`.
    static let services: Set<String> = [
        "com.docker.backend", "docker desktop", "kubelet", "rancher", "rancher-agent", "rancher desktop", "rdctl",
        "portainer", "jenkins", "gitlab-runner", "runner.worker", "agent.worker", "code",
    ]
    /// Programs that make silos and machines without an engine, and what they are. Lower case, without `.exe`.
    static let owners: [String: String] = [
        "windowssandbox": "Windows Sandbox", "windowssandboxclient": "Windows Sandbox",
        "windowssandboxserver": "Windows Sandbox", "windowssandboxremotesession": "Windows Sandbox",
        "wsb": "Windows Sandbox", "wsl": "WSL", "wslservice": "WSL", "wslhost": "WSL", "wslc": "WSL containers",
        "container": "WSL containers", "hvsimgr": "Application Guard", "hvsirdpclient": "Application Guard",
        "vmconnect": "Hyper-V", "docker desktop": "Docker Desktop", "com.docker.backend": "Docker Desktop",
    ]

    private static let telling = clients.union(services).union(owners.keys)
    private static let zero = "{00000000-0000-0000-0000-000000000000}"

    /// The signs of one event, mostly none.
    static func all(_ view: EventView) -> [HostSign] {
        guard view.time != .unknown else { return [] }
        let host = ASCII.lowered(NeutralText.cut(view.host, to: 256))
        func sign(_ kind: Kind, _ subject: String, _ detail: String = "") -> HostSign {
            HostSign(
                host: host, time: view.time, kind: kind, subject: NeutralText.cut(subject, to: 256),
                detail: NeutralText.cut(detail, to: 512), place: view.place)
        }
        switch view.kind {
        case .silo:
            guard view.eventID == 22 || view.eventID == 23, let guid = view[.siloGUID], !guid.isEmpty,
                !ASCII.equal(guid, zero)
            else { return [] }
            return [sign(.silo, ASCII.lowered(guid))]
        case .hostCompute:
            guard view.eventID == 2000 || view.eventID == 2001, let id = view[.systemID], !id.isEmpty else { return [] }
            return [sign(ContainerID(id)?.isFull == true ? .computeContainer : .computeMachine, ASCII.lowered(id))]
        case .processStart:
            let image = view.first(.image, .newProcessName) ?? ""
            let parent = view.first(.parentImage, .parentProcessName) ?? ""
            let command = view[.commandLine] ?? ""
            if EvidenceRules.isAgent(parent) { return [sign(.agentChild, image, command)] }
            if EvidenceRules.isAgent(image) { return [sign(.agent, image)] }
            if EvidenceRules.isShim(image) { return [sign(.shim, image, command)] }
            let name = HostSign.program(image)
            guard telling.contains(name) else { return [] }
            var all: [HostSign] = []
            if let owner = owners[name] { all.append(sign(.owner, owner)) }
            if services.contains(name) { all.append(sign(.service, name)) }
            if clients.contains(name) { all.append(sign(.client, name)) }
            return all
        default: return []
        }
    }

    /// The program's name, lower case, without `.exe`.
    static func program(_ path: String) -> String {
        let name = ASCII.lowered(ASCII.lastComponent(path))
        // The many are of this form.
        if name.utf8.allSatisfy({ $0 < 0x80 && $0 != UInt8(ascii: "/") }) {
            return ASCII.hasSuffix(name.utf8, ".exe")
                ? String(decoding: name.utf8.dropLast(4), as: UTF8.self) : name
        }
        let plain = name.split(separator: "/").last.map(String.init) ?? name
        return plain.hasSuffix(".exe") ? String(plain.dropLast(4)) : plain
    }
}
