public import Events

extension InventoryBuilder {
    /// Takes in one Docker Engine event (`docker events --format '{{json .}}'`, moby `api/types/events/events.go`).
    ///
    /// Only `name` and `image` are written by the engine after the container's labels were copied over the event's
    /// attributes (moby `daemon/events.go`), so only these two are believed; a rename's `oldName` is taken as a name
    /// that may be a label's invention.
    ///
    /// - Parameters:
    ///   - fields: All fields by dotted path.
    ///   - time: The event's time.
    ///   - engine: Which engine wrote it, as far as known: its host; empty otherwise.
    public mutating func observeDockerEvent(_ fields: [FieldValue], at time: Timestamp, engine: String) {
        let event = DockerEvent(fields)
        let engine = ASCII.lowered(engine)
        sawEngine(engine, at: time)
        guard let id = event.container else { return }
        update(id) { record in
            record.sources.insert(.dockerEvents)
            record.sheet.saw(.dockerEvents, at: time)
            record.engines.see(engine, at: time)
            guard event.type == "container" else {
                if event.type == "network", event.verb == "connect", !event.name.isEmpty {
                    record.networks.see(event.name, at: time)
                }
                return
            }
            if !event.name.isEmpty { record.names.see(DockerEvent.withoutSlash(event.name), at: time) }
            if !event.image.isEmpty { record.images.see(event.image, at: time) }
            record.apply(event, at: time)
        }
    }

    /// Takes in one container of `docker inspect` (Engine API `GET /containers/{id}/json`), arrays flattened.
    ///
    /// - Parameters:
    ///   - fields: All fields by dotted path; a mount's members in their order in the document.
    ///   - time: When the snapshot was taken, or what the format gives instead; the latest moment the document itself
    ///     names is taken when that is later.
    ///   - engine: Which engine wrote it, as far as known.
    public mutating func observeDockerInspect(_ fields: [FieldValue], at time: Timestamp, engine: String) {
        observeDockerInspect(fields, at: time, engine: engine, source: .dockerInspect)
    }

    mutating func observeDockerInspect(
        _ fields: [FieldValue], at time: Timestamp, engine: String, source: FactSource
    ) {
        guard let id = fields.first(where: { $0.name == "Id" }).flatMap({ ContainerID($0.value) }) else { return }
        let engine = ASCII.lowered(engine)
        let taken = fields.reduce(into: time) { latest, field in
            guard ["Created", "State.StartedAt", "State.FinishedAt"].contains(field.name) else { return }
            if let moment = DockerEvent.moment(field.value) { latest = max(latest, moment) }
        }
        sawEngine(engine, at: taken)
        update(id) { record in
            record.sources.insert(source)
            record.sheet.saw(source, at: taken)
            record.engines.see(engine, at: taken)
            for field in fields { record.applyInspect(field, at: taken) }
            record.applyMounts(fields)
            record.applyDetails(fields, at: taken)
        }
    }

    /// Takes in one event of containerd (`ctr events`): the runtime's own word, also for containers that no engine lists.
    ///
    /// - Parameters:
    ///   - fields: `Topic`, `Namespace`, `ContainerId` and `ContainerImage` of all fields.
    ///   - time: The event's time.
    ///   - engine: The host, as far as known.
    public mutating func observeContainerdEvent(_ fields: [FieldValue], at time: Timestamp, engine: String) {
        func value(_ name: String) -> String { fields.first { $0.name == name }?.value ?? "" }
        let topic = value("Topic")
        let engine = ASCII.lowered(engine)
        // Docker makes a container of containerd at each start and removes it at each end: that is no creation, no removal.
        let isOfDocker = value("Namespace") == "moby"
        sawEngine(engine, at: time)
        // The exit of a process that was put into a container is not the container's.
        let process = value("id")
        guard let id = ContainerID(value("ContainerId")), id.isFull else { return }
        update(id) { record in
            record.sources.insert(.containerdEvents)
            record.sheet.saw(.containerdEvents, at: time)
            record.sheet.state(.namespace, value("Namespace"), at: time)
            record.engines.see(engine, at: time)
            let image = value("ContainerImage")
            if !image.isEmpty { record.images.see(image, at: time) }
            switch topic {
            case "/containers/create" where !isOfDocker: record.create(at: time)
            case "/tasks/start": record.change(.started, at: time)
            case "/tasks/exit" where process.isEmpty || ContainerID(process) == id: record.change(.ended, at: time)
            case "/containers/delete" where !isOfDocker: record.change(.destroyed, at: time)
            case "/tasks/paused", "/tasks/resumed":
                record.wasPaused = true
                record.live(at: time)
            case "/tasks/exec-added", "/tasks/exec-started", "/tasks/oom": record.live(at: time)
            default: break
            }
        }
    }

    /// Takes in a row of `ctr containers`, `ctr tasks` or `crictl ps`: a container whose id is a hex id, or the first
    /// digits of one.
    mutating func observeListing(_ view: EventView) {
        guard let id = ContainerID(view.text("ContainerId")) else { return }
        update(id) { record in
            record.sources.insert(.listing)
            record.engines.see(ASCII.lowered(view.host), at: view.time)
            record.sheet.saw(.listing, at: view.time)
            let (name, image) = (view.text("ContainerName"), view.text("ContainerImage"))
            if !name.isEmpty { record.snapshotNames.see(name, at: view.time) }
            if !image.isEmpty { record.images.see(image, at: view.time) }
            let state = view.text("State").isEmpty ? view.text("Status") : view.text("State")
            record.sheet.state(.state, ASCII.lowered(state), at: view.time)
            record.sheet.state(.namespace, view.text("PodNamespace"), at: view.time)
            record.sheet.state(.pid, view.text("ProcessId"), at: view.time)
        }
    }

    /// Takes in one Hyper-V-Compute event of a Windows host: the host's own word on a compute system.
    /// Ids: 2000 create, 2001 start, 2002 shut down, 2003 terminate, 2007 modify. Systems that are not containers are left out.
    public mutating func observeHostCompute(systemID: String, eventID: Int, at time: Timestamp, host: String) {
        guard let id = ContainerID(systemID), id.isFull else { return }
        update(id) { record in
            record.sources.insert(.hostCompute)
            record.sheet.saw(.hostCompute, at: time)
            record.hosts.see(ASCII.lowered(host), at: time)
            switch eventID {
            case 2000: record.create(at: time)
            case 2001: record.change(.started, at: time)
            case 2002, 2003: record.change(.ended, at: time)
            default: break
            }
        }
    }
}
