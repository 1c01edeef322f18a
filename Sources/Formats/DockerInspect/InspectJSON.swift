import Bytes
import Events

/// An object as the engine describes it.
struct InspectJSON: JSONInterpreter {
    static let map = FieldMap.named("docker-inspect")
    static let refusal = (code: "inspect-unknown-object", detail: "no container, image, network or volume")

    static func admits(_ tape: JSONTape, root: Int, text: RawSpan) -> Bool {
        kind(of: tape, root: root, text: text) != nil
    }

    static func kind(of tape: JSONTape, root: Int, text: RawSpan) -> StaticString? {
        func has(_ names: StaticString...) -> Bool { names.allSatisfy { tape.hasMember($0, of: root, in: text) } }
        // `ID` is how `config.v2.json` writes it.
        if has("Id") || has("ID"), has("Config"), has("HostConfig") || has("State") { return "container" }
        if has("Id"), has("RepoTags") || has("RootFS") || has("ContainerConfig") || has("VirtualSize") {
            return "image"
        }
        if has("Id", "Name", "Driver"), has("IPAM") || has("Scope", "Containers") { return "network" }
        if has("id", "name", "driver", "network_interface") || has("id", "name", "driver", "subnets") {
            return "network"
        }
        if has("Name", "Driver", "Mountpoint") { return "volume" }
        return nil
    }

    /// On disk mounts are an object by destination, in inspect a list of the same members:
    ///
    ///     "MountPoints":{"/host":{"Source":"/","Destination":"/host","RW":true,…}}   →   Mounts.Source / │ Mounts.RW true …
    mutating func complete(
        _ tape: JSONTape, root: Int, text: RawSpan, through writer: inout FieldWriter, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        addExposedPorts(tape, root, text, through: &writer, into: &batch, vocabulary: &vocabulary)
        guard let points = tape.value(at: "MountPoints", of: root, in: text), tape.tokens[points].kind == .object else {
            return
        }
        var index = points + 1
        while index + 1 < Int(tape.tokens[points].next) {
            let point = index + 1
            addMount(tape, point, text, through: &writer, into: &batch, vocabulary: &vocabulary)
            index = Int(tape.tokens[point].next)
        }
    }

    /// Ports that the image or the creator declares stand as names of empty objects, which give no field:
    ///
    ///     "ExposedPorts":{"8080/tcp":{},"9090/udp":{}}   →   Config.ExposedPorts 8080/tcp │ Config.ExposedPorts 9090/udp
    private func addExposedPorts(
        _ tape: JSONTape, _ root: Int, _ text: RawSpan, through writer: inout FieldWriter,
        into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        guard let ports = tape.value(at: "Config.ExposedPorts", of: root, in: text),
            tape.tokens[ports].kind == .object
        else { return }
        var index = ports + 1
        while index + 1 < Int(tape.tokens[ports].next) {
            let key = tape.tokens[index]
            if let name = text.slice(at: Int(key.offset), length: Int(key.length)) {
                let start = batch.arena.count
                JSONEscapes.appendUnescaped(name, to: &batch.arena)
                let node = writer.name("Config.ExposedPorts", vocabulary: &vocabulary)
                writer.add(node, arenaFrom: start, into: &batch)
            }
            index = Int(tape.tokens[index + 1].next)
        }
    }

    private static let members: [(name: StaticString, field: StaticString)] = [
        ("Type", "Mounts.Type"), ("Name", "Mounts.Name"), ("Source", "Mounts.Source"),
        ("Destination", "Mounts.Destination"), ("Driver", "Mounts.Driver"), ("Mode", "Mounts.Mode"),
        ("Relabel", "Mounts.Mode"), ("RW", "Mounts.RW"), ("Propagation", "Mounts.Propagation"),
    ]

    private func addMount(
        _ tape: JSONTape, _ point: Int, _ text: RawSpan, through writer: inout FieldWriter,
        into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        guard tape.tokens[point].kind == .object else { return }
        for (name, field) in Self.members {
            let key = Array(name.description.utf8)
            guard let index = tape.member(key.span.bytes, of: point, in: text) else { continue }
            let token = tape.tokens[index]
            guard token.kind != .object, token.kind != .array, token.kind != .null,
                let value = text.slice(at: Int(token.offset), length: Int(token.length))
            else { continue }
            let start = batch.arena.count
            JSONEscapes.appendUnescaped(value, to: &batch.arena)
            let node = writer.name(field, vocabulary: &vocabulary)
            writer.add(node, arenaFrom: start, into: &batch)
        }
    }
}

/// `hostconfig.json`: the other half of a container on disk. It does not say whose it is; the folder does.
struct HostConfigJSON: JSONInterpreter {
    static let map = FieldMap.named("docker-hostconfig")
    private var id: [UInt8]?

    mutating func begin(_ source: SourceFacts) { id = HexID.inPath(source.path) }

    mutating func complete(
        _ tape: JSONTape, root: Int, text: RawSpan, through writer: inout FieldWriter, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        guard let id else { return }
        let node = writer.name("Id", vocabulary: &vocabulary)
        writer.add(node, text: id, into: &batch)
    }
}

/// `docker info` or GET /info.
enum DockerInfoName: FieldMapName { static let map = FieldMap.named("docker-info") }

/// `docker version` or GET /version.
enum DockerVersionName: FieldMapName { static let map = FieldMap.named("docker-version") }

/// `daemon.json`, what the daemon is told to do.
enum DockerConfigurationName: FieldMapName { static let map = FieldMap.named("docker-daemon-config") }

/// `docker ps --format json`, GET /containers/json, `nerdctl ps`, `podman ps`: lists of containers.
struct ContainerListJSON: JSONInterpreter {
    static let map = FieldMap.named("docker-ps")
    private var modified: Timestamp?

    mutating func begin(_ source: SourceFacts) { modified = source.modified }

    /// A list is of the moment somebody asked; the creation stands in for it where that is not known.
    mutating func interpret(
        _ marks: FieldMarks, _ head: inout EventHead, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        if let modified { head.time = modified }
    }
}

/// `docker images --format json` or GET /images/json.
enum ImageListName: FieldMapName { static let map = FieldMap.named("docker-images") }
