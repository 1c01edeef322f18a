import Events

/// What the engine says of its own configuration, at each time somebody asked or kept the file.
struct EngineSnapshots: Sendable, Codable {
    /// Statements that are kept.
    static let limit = 1 << 14
    /// Settings of `daemon.json` that say who may reach the engine, what it logs and how it confines containers.
    static let watched: Set<String> = [
        "log-driver", "log-level", "log-format", "raw-logs", "debug", "hosts", "tls", "tlsverify", "live-restore",
        "seccomp-profile", "authorization-plugins", "userns-remap", "insecure-registries", "no-new-privileges",
        "selinux-enabled", "icc", "iptables", "exec-opts", "default-runtime", "data-root",
    ]

    /// One setting as one snapshot shows it.
    struct Setting: Hashable, Comparable, Sendable, Codable {
        /// The engine's host, lower case; empty if not known.
        var engine: String
        /// `LoggingDriver` of `docker info`, or a key of `daemon.json`.
        var key: String
        var value: String
        /// When the snapshot says it was taken.
        var time: Timestamp
        var place: EventPlace

        static func < (left: Setting, right: Setting) -> Bool {
            if left.engine != right.engine { return left.engine < right.engine }
            if left.key != right.key { return left.key < right.key }
            if left.time != right.time { return left.time < right.time }
            if left.value != right.value { return left.value < right.value }
            return left.place < right.place
        }
    }

    private(set) var settings = BoundedSet<Setting>(limit: limit)

    mutating func observe(_ view: EventView) {
        guard view.kind == .dockerObject else { return }
        let isConfiguration = view.origin.service == "daemon-config"
        guard isConfiguration || view.origin.service == "info" else { return }
        var values: [String: [String]] = [:]
        for field in view.fields {
            if isConfiguration {
                let key = String(field.name.prefix { $0 != "." })
                if EngineSnapshots.watched.contains(key) {
                    values[key, default: []].append(NeutralText.cut(field.value, to: 256))
                }
            } else if field.name == "LoggingDriver" {
                values["LoggingDriver"] = [NeutralText.cut(field.value, to: 64)]
            }
        }
        // A key that is not in the file has the engine's default, which is a value too.
        if isConfiguration { for key in EngineSnapshots.watched where values[key] == nil { values[key] = ["default"] } }
        for (key, all) in values {
            settings.insert(
                Setting(
                    engine: ASCII.lowered(view.host), key: key, value: all.prefix(16).joined(separator: ", "),
                    time: isConfiguration ? .unknown : view.time, place: view.place))
        }
    }

    mutating func merge(_ other: EngineSnapshots) { settings.merge(other.settings) }

    /// Settings that are not the same in all snapshots of one engine.
    ///
    /// - Parameters:
    ///   - restarts: When the engine was started again: a changed file acts from then on.
    ///   - modified: When each source was last written.
    func findings(restarts: [Timestamp], modified: [SourceNumber: Timestamp]) -> [DerivedEvent] {
        var found: [DerivedEvent] = []
        let asked = settings.sorted().map(\.time).max() ?? .unknown
        for (_, all) in Dictionary(grouping: settings.sorted(), by: { $0.engine + "\u{0}" + $0.key }) {
            guard Set(all.map(\.value)).count > 1, let key = all.first?.key else { continue }
            found +=
                key == "LoggingDriver" ? timed(all) : undated(all, restarts.last ?? asked, restarts.count, modified)
        }
        return found
    }

    /// `docker info` says when it was asked.
    private func timed(_ all: [Setting]) -> [DerivedEvent] {
        zip(all, all.dropFirst()).filter { $0.value != $1.value }.map { before, after in
            DerivedEvent(
                time: after.time, host: after.engine, service: .integrity, finding: "logging-driver-changed",
                detail: "the engine's logging driver was \(NeutralText.quoted(before.value)), then "
                    + NeutralText.quoted(after.value),
                fields: [
                    FactField("Config.Before", before.value), FactField("Config.After", after.value),
                    FactField("Config.SeenBefore", before.time.text), FactField("Config.SeenAfter", after.time.text),
                ], places: [before.place, after.place])
        }
    }

    /// `daemon.json` has no time: the file's own is taken where the copies differ in it.
    private func undated(_ all: [Setting], _ acted: Timestamp, _ restarts: Int, _ modified: [SourceNumber: Timestamp])
        -> [DerivedEvent]
    {
        func written(_ setting: Setting) -> Timestamp { modified[setting.place.source] ?? .unknown }
        let ordered = all.sorted { (written($0), $0) < (written($1), $1) }
        guard let first = ordered.first, let last = ordered.last else { return [] }
        let isOrdered = first.value != last.value && written(first) < written(last)
        let values = Set(all.map(\.value)).sorted()
        var fields = [FactField("Config.Key", first.key), FactField("Config.Values", values)]
        if isOrdered { fields += [FactField("Config.Before", first.value), FactField("Config.After", last.value)] }
        fields.append(FactField("Config.Restarts", restarts))
        return [
            DerivedEvent(
                time: acted == .unknown ? written(last) : acted, host: first.engine, service: .integrity,
                finding: "engine-config-changed",
                detail: "\(NeutralText.quoted(first.key)) differs between copies of the engine's configuration: "
                    + values.prefix(4).map { NeutralText.quoted($0) }.joined(separator: ", "),
                fields: fields, places: all.map(\.place))
        ]
    }
}
