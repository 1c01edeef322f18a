import Events

/// The container an event belongs to, as far as the evidence tells, with confidence and reasons.
public struct ContainerAttribution: Hashable, Sendable {
    /// 64 hex digits where the inventory knows them, else what the evidence gave (12 hex), else
    /// `unknown in silo <GUID>` or `unknown`.
    public var id: String
    /// Name as of the event, without the leading slash; empty if unknown. Adversary text.
    public var name = ""
    /// Image reference; empty if unknown. Adversary text.
    public var image = ""
    /// `process`, `hyperv`, `hostprocess`, `linux` or `unknown`.
    public var isolation = Isolation.unknown
    /// `true`, `false`, or empty if unknown.
    public var privileged = ""
    /// `windows`, `linux` or empty.
    public var platform = ""
    /// Declared user; empty if unknown. Adversary text.
    public var user = ""
    /// 0 to 100.
    public var confidence: Int
    /// Codes of the evidence, in the order of docs/fields.md.
    public var evidence: [EvidenceCode]
    /// The same in words; adversary text in them is neutralised.
    public var reasons: [String]

    /// The fields of docs/fields.md: name and values, those that are known.
    public func fields() -> [(name: String, values: [String])] {
        var all: [(name: String, values: [String])] = [("Container.Id", [id])]
        func add(_ name: String, _ value: String) { if !value.isEmpty { all.append((name, [value])) } }
        add("Container.Name", name)
        add("Container.Image", image)
        add("Container.Isolation", isolation.rawValue)
        add("Container.Privileged", privileged)
        add("Container.Platform", platform)
        add("Container.User", user)
        add("Container.Confidence", String(confidence))
        if !evidence.isEmpty { all.append(("Container.Evidence", evidence.map(\.rawValue))) }
        if !reasons.isEmpty { all.append(("Container.Reason", reasons)) }
        return all
    }

    /// Fills in what the inventory knows.
    mutating func describe(_ container: Container, at time: Timestamp) {
        id = container.id.text
        name = container.name(at: time)
        image = container.image
        if container.isolation != .unknown || isolation != .hostprocess { isolation = container.isolation }
        privileged = container.privileged.map { $0 ? "true" : "false" } ?? ""
        platform = container.platform?.rawValue ?? ""
        user = container.user
    }
}
