import Events

/// A process that started in a container, whatever system told of it.
struct ContainerProcess: Hashable, Sendable {
    /// Id of the container, or what stands for it (``ContainerAttribution/id``).
    var container: String
    /// Image reference of the container; empty if not known.
    var containerImage: String
    /// Host, lower case.
    var host: String
    /// Image path as recorded. Adversary text.
    var image: String
    /// Command line; nil where it is not kept.
    var commandLine: String?
    /// Start.
    var time: Timestamp
    /// Image path of the parent; empty if not known.
    var parentImage: String
    /// Account, where it is one that tells: ``SystemPrograms/administrators``; else empty.
    var user: String
    /// Whether bare names are of Windows.
    var isWindows: Bool
}

extension Context {
    /// Calls `body` for each process that started in a container that is told apart from others: those of Windows in the
    /// tree, and those of Linux, which ``attribution(of:)`` tells the container of. O(processes), and some microseconds
    /// for each whose container is not told by its ancestors alone.
    func forEachContainerProcess(_ linux: [LinuxStart], _ body: (ContainerProcess) -> Void) {
        forEachWindowsProcess(body)
        for start in linux {
            let view = start.record.view
            guard let image = ProgramKnowledge.linuxImage(view), let attribution = attribution(of: view),
                attribution.id != "unknown"
            else { continue }
            let host = ASCII.lowered(view.host)
            body(
                ContainerProcess(
                    container: ProgramKnowledge.scope(attribution, host: host), containerImage: attribution.image,
                    host: host, image: image, commandLine: view[.commandLine], time: view.time,
                    parentImage: view[.parentImage] ?? "", user: view[.user] ?? "", isWindows: false))
        }
    }

    private func forEachWindowsProcess(_ body: (ContainerProcess) -> Void) {
        var hosts: [String: (mayBeContainer: Bool, named: Container?)] = [:]
        for (index, start) in tree.starts.enumerated() {
            let membership = membershipOfProcess[index]
            let host = hosts[start.host] ?? (mayBeContainer(host: start.host), container(named: start.host))
            hosts[start.host] = host
            guard membership >= 0 || host.mayBeContainer || start.hasContainerUser, start.time != .unknown
            else { continue }
            // A computer name that was given by hand is evidence to be weighed.
            if !host.mayBeContainer || host.named != nil,
                let container = told(by: membership, on: start.host, named: host.named),
                container.state(at: start.time) == .running
            {
                body(ContainerProcess(start, container.id.text, container.image))
            } else if let attribution = attribution(of: start.view), attribution.id != "unknown" {
                let scope = ProgramKnowledge.scope(attribution, host: start.host)
                body(ContainerProcess(start, scope, attribution.image))
            }
        }
    }

    /// The container whose default computer name `host` is; nil for other names.
    private func container(named host: String) -> Container? {
        guard HostJoin.isContainerName(host), let id = ContainerID(host),
            case .one(let container) = inventory.resolve(id),
            container.platform != .linux
        else { return nil }
        return container
    }

    /// The container that evidence names without a doubt, so that it need not be weighed for each process of millions;
    /// nil where it must be.
    private func told(by membership: Int32, on host: String, named: Container?) -> Container? {
        var only: Evidence.Subject?
        if membership >= 0 {
            for evidence in memberships[Int(membership)] where evidence.subject != .some && evidence.subject != only {
                guard only == nil else { return nil }
                only = evidence.subject
            }
        }
        switch only {
        case nil: return named
        case .volume(let guid) where named == nil:
            return volumes[VolumeKey(host: host, guid: guid)].map { inventory.containers[$0.container] }
        case .container(let id) where named == nil:
            guard case .one(let container) = inventory.resolve(id), container.platform != .linux else { return nil }
            return container
        default: return nil
        }
    }
}

extension ContainerProcess {
    fileprivate init(_ start: ProcessStart, _ container: String, _ image: String) {
        self.container = container
        containerImage = image
        host = start.host
        self.image = start.image
        commandLine = nil
        time = start.time
        parentImage = start.parentImage
        user = start.containerUser
        isWindows = true
    }
}

extension ProcessStart {
    /// What the attribution reads of the start's record.
    fileprivate var view: EventView {
        var values = [
            EventView.Value(.image, image), EventView.Value(.parentImage, parentImage),
            EventView.Value(.processID, String(pid.number)),
        ]
        if let parentPID { values.append(EventView.Value(.parentProcessID, String(parentPID.number))) }
        // `User Manager\…` as it is, `ContainerUser (S-1-5-93-2-2)` by its id.
        if containerUser.hasPrefix("User Manager") {
            values.append(EventView.Value(.user, containerUser))
        } else if let open = containerUser.lastIndex(of: "(") {
            let sid = containerUser[containerUser.index(after: open)...].dropLast()
            values.append(EventView.Value(.subjectUserSid, String(sid)))
        }
        return EventView(kind: .processStart, time: time, host: host, values: values)
    }
}
