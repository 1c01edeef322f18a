import Context
import Events

/// Words for the state and the settings of containers; all text of the evidence is neutralised.
enum ContainerWords {
    static func state(_ status: ContainerStatus, _ container: Container) -> String {
        let since = status.since.map { " since " + TimeText.toTheSecond($0) } ?? ""
        let until = status.until.map { " until " + TimeText.toTheSecond($0) } ?? ""
        switch status.phase {
        case .running, .paused, .absent: return status.phase.rawValue + since + until
        case .created: return "created" + since + until + (status.until == nil ? ", never started" : "")
        case .exited:
            let code = container.details.exitCode.map { " (" + exitCode($0) + ")" } ?? ""
            // The code is that of the last end.
            return "exited" + (status.until == nil ? code : "") + since + until
        case .removed:
            let code = container.details.exitCode.map { ", exit code " + exitCode($0) } ?? ""
            return "removed" + (status.since.map { " " + TimeText.toTheSecond($0) } ?? "") + code
        case .unknown: return "unknown" + until
        }
    }

    /// An exit code as people read it: Windows' error codes in hex (`0xC000013A`).
    static func exitCode(_ code: Int) -> String {
        let bits = UInt32(truncatingIfNeeded: code)
        guard code == Int(bits) || code == Int(Int32(bitPattern: bits)), bits > 0x7FFF_FFFF else { return String(code) }
        return "0x" + String(bits, radix: 16, uppercase: true)
    }

    /// An image's reference; of an id the first digits.
    static func image(_ reference: String) -> String {
        let digits = reference.utf8.count
        return reference.hasPrefix("sha256:") && digits == 71
            ? String(reference.prefix(19)) : TextSafety.visible(reference)
    }

    static func state(_ state: ItemState) -> String {
        state.phase.rawValue + (state.since.map { " since " + TimeText.toTheSecond($0) } ?? "")
            + (state.until.map { " until " + TimeText.toTheSecond($0) } ?? "")
    }

    static func ink(_ status: ContainerStatus) -> Ink {
        switch status.phase {
        case .running: .good
        case .paused, .unknown: .warning
        default: .dim
        }
    }

    /// What makes a container more than a container.
    static func marks(_ container: Container) -> [String] {
        let details = container.details
        var marks: [String] = []
        if container.privileged == true { marks.append("privileged") }
        if container.isolation == .hostprocess { marks.append("host process") }
        if details.networkMode == "host" { marks.append("network of the host") }
        if details.networkMode.hasPrefix("container:") {
            marks.append("network of " + String(TextSafety.visible(details.networkMode).dropFirst(10).prefix(12)))
        }
        if details.pidMode == "host" { marks.append("processes of the host") }
        if details.pidMode.hasPrefix("container:") {
            marks.append("processes of " + String(TextSafety.visible(details.pidMode).dropFirst(10).prefix(12)))
        }
        for mount in container.mounts where isTelling(mount) {
            marks.append("mounts " + TextSafety.visible(mount.source))
        }
        if details.logDrivers.contains("none") { marks.append("output is not kept") }
        if details.removesItself == true { marks.append("removes itself") }
        if !details.updates.isEmpty { marks.append("updated × \(details.updates.count)") }
        return marks + container.conflicts.map(TextSafety.visible)
    }

    /// A socket or pipe of an engine, the root of a drive or file system, or the system's own folders.
    private static func isTelling(_ mount: ContainerMount) -> Bool {
        let source = mount.source.lowercased()
        if mount.type == "npipe" || source.hasSuffix(".sock") { return true }
        let trimmed = source.replacing("/", with: "\\").split(separator: "\\").joined(separator: "\\")
        if trimmed.isEmpty || (trimmed.utf8.count == 2 && trimmed.hasSuffix(":")) { return !mount.source.isEmpty }
        return ["c:\\windows", "c:\\programdata\\docker", "etc", "proc", "sys", "dev", "var\\lib\\docker", "root"]
            .contains { trimmed == $0 || trimmed.hasPrefix($0 + "\\") && !trimmed.contains("volumes\\") }
    }

    static func mount(_ mount: ContainerMount) -> String {
        let access = mount.isWritable.map { $0 ? "writable" : "read-only" }
        let words = [mount.type, access].compactMap { $0 }.filter { !$0.isEmpty }
        return TextSafety.visible(mount.source) + " → " + TextSafety.visible(mount.destination)
            + (words.isEmpty ? "" : " (\(TextSafety.visible(words.joined(separator: ", "))))")
    }

    static func endpoint(_ endpoint: ContainerEndpoint) -> String {
        let name = endpoint.networkName.isEmpty ? String(endpoint.network.prefix(12)) : endpoint.networkName
        return ([name] + [endpoint.address, endpoint.address6].filter { !$0.isEmpty }).map(TextSafety.visible)
            .joined(separator: " ")
    }
}
