import Events

extension ContainerRecord {
    mutating func apply(_ event: DockerEvent, at time: Timestamp) {
        switch event.verb {
        case "create": create(at: time)
        case "start", "restart": change(.started, at: time)
        case "die", "stop", "oom_kill": change(.ended, at: time)
        case "destroy": change(.destroyed, at: time)
        case "pause", "unpause":
            wasPaused = true
            live(at: time)
        case "exec_create", "exec_start", "exec_detach", "attach", "top", "health_status", "resize":
            live(at: time)
        case "rename":
            let old = DockerEvent.withoutSlash(event.oldName)
            if !old.isEmpty, time != .unknown { names.see(old, at: Timestamp(nanoseconds: time.nanoseconds - 1)) }
        default: break
        }
    }

    mutating func applyInspect(_ field: FieldValue, at taken: Timestamp) {
        let value = field.value
        switch field.name {
        case "Name": snapshotNames.see(DockerEvent.withoutSlash(value), at: taken)
        case "Config.Image" where !value.isEmpty: images.see(value, at: taken)
        case "Platform" where !value.isEmpty: platforms.see(value, at: taken)
        case "Driver" where !value.isEmpty, "GraphDriver.Name" where !value.isEmpty: drivers.see(value, at: taken)
        case "HostConfig.Isolation" where !value.isEmpty: isolations.see(value, at: taken)
        case "HostConfig.Privileged": privileged.see(ASCII.lowered(value), at: taken)
        case "Config.User" where !value.isEmpty: users.see(value, at: taken)
        case "Config.Hostname" where !value.isEmpty: hostnames.see(value, at: taken)
        case "GraphDriver.Data.dir": if let layer = SiloPath.layerID(ofFolder: value) { layers.see(layer, at: taken) }
        case "Created": if let time = DockerEvent.moment(value) { create(at: time) }
        case "State.StartedAt": if let time = DockerEvent.moment(value) { change(.started, at: time) }
        case "State.FinishedAt": if let time = DockerEvent.moment(value) { change(.ended, at: time) }
        case "State.Paused" where value == "true":
            wasPaused = true
            live(at: taken)
        default:
            let prefix = "NetworkSettings.Networks."
            let suffix = ".NetworkID"
            if field.name.hasPrefix(prefix), field.name.hasSuffix(suffix),
                field.name.utf8.count > prefix.utf8.count + suffix.utf8.count
            {
                networks.see(String(field.name.dropFirst(prefix.count).dropLast(suffix.count)), at: taken)
            }
        }
    }

    /// What inspect or a row of `docker ps` states beyond the fields above.
    mutating func applyDetails(_ fields: [FieldValue], at taken: Timestamp) {
        var command: [String] = []
        var policy = (name: "", retries: "")
        var labels = 0
        var isInspect = false
        for field in fields {
            switch field.name {
            case "Path" where command.isEmpty: command = [field.value]
            case "Args" where !command.isEmpty: command.append(field.value)
            case "Command": sheet.state(.command, field.value, at: taken)
            case "HostConfig.RestartPolicy.Name": policy.name = field.value
            case "HostConfig.RestartPolicy.MaximumRetryCount": policy.retries = field.value
            case "State.ExitCode" where fields.contains { $0.name == "State.Status" && $0.value == "exited" }:
                sheet.state(.exitCode, field.value, at: taken)
            case "State.Pid" where field.value != "0": sheet.state(.pid, field.value, at: taken)
            case "State.Status", "State": sheet.state(.state, ASCII.lowered(field.value), at: taken)
            case "Driver", "State.StartedAt": isInspect = true
            case "RestartCount" where field.value != "0": sheet.state(.restartCount, field.value, at: taken)
            default:
                if let attribute = ContainerRecord.stated[field.name] {
                    sheet.state(attribute, field.value, at: taken)
                } else if field.name.hasPrefix("Config.Labels.") {
                    labels += 1
                }
            }
        }
        sheet.state(.command, InventoryFacts.joined(command), at: taken)
        if isInspect { sheet.state(.labelCount, String(labels), at: taken) }
        guard !policy.name.isEmpty else { return }
        let hasLimit = policy.name == "on-failure" && !policy.retries.isEmpty && policy.retries != "0"
        sheet.state(.restartPolicy, hasLimit ? policy.name + ":" + policy.retries : policy.name, at: taken)
    }

    /// Fields that are taken as they are.
    private static let stated: [String: ItemAttribute] = [
        "State.Error": .error, "Image": .imageID, "LogPath": .logPath, "HostConfig.LogConfig.Type": .logDriver,
        "HostConfig.NetworkMode": .networkMode, "HostConfig.PidMode": .pidMode, "HostConfig.AutoRemove": .autoRemove,
        "Ports": .ports,
    ]

    /// `Mounts` flattened: a member that the current mount already has begins the next one.
    mutating func applyMounts(_ fields: [FieldValue]) {
        var current: [String: String] = [:]
        func mounted() -> ContainerMount? {
            guard !current.isEmpty else { return nil }
            return ContainerMount(
                type: current["Type"] ?? "", source: NeutralText.cut(current["Source"] ?? "", to: SeenTexts.textLimit),
                destination: NeutralText.cut(current["Destination"] ?? "", to: SeenTexts.textLimit),
                isWritable: current["RW"].map { $0 == "true" })
        }
        for field in fields where field.name.hasPrefix("Mounts.") {
            let member = String(field.name.dropFirst("Mounts.".count))
            if current[member] != nil {
                if let mount = mounted() { self.mount(mount) }
                current = [:]
            }
            current[member] = field.value
        }
        if let mount = mounted() { self.mount(mount) }
    }
}
