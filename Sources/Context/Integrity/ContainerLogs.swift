import Events

/// The lines of containers' logs (`json-file`), by fingerprint, and how the engine was told to keep them.
struct ContainerLogs: Sendable, Codable {
    /// Lines that are kept: the beginnings of all logs, up to a common offset.
    static let lineLimit = 1 << 19
    /// Statements on how logs are kept.
    static let settingLimit = 1 << 15

    /// How a container's output is kept, by inspect (`HostConfig.LogConfig`).
    struct Setting: Hashable, Comparable, Sendable, Codable {
        var container: ContainerID
        var driver: String
        /// `max-size` in bytes; -1 for no limit.
        var maximumSize: Int64
        var place: EventPlace

        static func < (left: Setting, right: Setting) -> Bool {
            (left.container, left.driver, left.maximumSize, left.place) < (
                right.container, right.driver, right.maximumSize, right.place
            )
        }
    }

    private(set) var lines = BoundedSet<ContainerLogLine>(limit: lineLimit)
    private(set) var settings = BoundedSet<Setting>(limit: settingLimit)

    mutating func observe(_ view: EventView) {
        switch view.kind {
        case .containerOutput:
            guard view.place.source >= 0 else { return }
            lines.insert(
                ContainerLogLine(
                    offset: view.place.offset, source: view.place.source, record: view.place.record, time: view.time,
                    hash: ContainerLogLine.fingerprint(view[.outputStream] ?? "", view[.message] ?? "")))
        case .dockerInspect: observeInspect(view)
        default: break
        }
    }

    private mutating func observeInspect(_ view: EventView) {
        var id: ContainerID?
        var driver = ""
        var size: Int64 = -1
        for field in view.fields {
            switch field.name {
            case "Id" where id == nil: id = ContainerID(field.value)
            case "HostConfig.LogConfig.Type": driver = NeutralText.cut(field.value, to: 64)
            case "HostConfig.LogConfig.Config.max-size": size = ContainerLogs.bytes(field.value) ?? -1
            default: break
            }
        }
        guard let id, !driver.isEmpty else { return }
        settings.insert(Setting(container: id, driver: driver, maximumSize: size, place: view.place))
    }

    mutating func merge(_ other: ContainerLogs) {
        lines.merge(other.lines)
        settings.merge(other.settings)
    }

    /// `10m`, `512k`, `1g`, `4096`, as the engine reads them (units of 1024). Nil for what is none.
    static func bytes(_ text: String) -> Int64? {
        let digits = text.utf8.prefix { $0 &- 0x30 < 10 }
        guard !digits.isEmpty, digits.count < 12, let number = Int64(String(decoding: digits, as: UTF8.self)) else {
            return nil
        }
        switch ASCII.lowered(text.dropFirst(digits.count)) {
        case "", "b": return number
        case "k", "kb", "kib": return number << 10
        case "m", "mb", "mib": return number << 20
        case "g", "gb", "gib": return number << 30
        default: return nil
        }
    }
}
