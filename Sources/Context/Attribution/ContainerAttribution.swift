import Events

/// The container an event belongs to, as far as the evidence tells, with confidence and reasons. Copies share one storage.
public struct ContainerAttribution: Sendable {
    private let storage: Storage

    /// Immutable, so that it may be shared.
    private final class Storage: Sendable {
        let draft: Draft

        init(_ draft: Draft) { self.draft = draft }
    }

    /// An attribution in the making.
    struct Draft: Hashable, Sendable {
        var id: String
        var name = ""
        var image = ""
        var isolation = Isolation.unknown
        var privileged = ""
        var platform = ""
        var user = ""
        var confidence = 0
        var evidence: [EvidenceCode] = []
        var reasons: [String] = []
    }

    init(_ draft: Draft) { storage = Storage(draft) }

    /// 64 hex digits where the inventory knows them, else what the evidence gave (12 hex), else
    /// `unknown in silo <GUID>` or `unknown`.
    public var id: String { storage.draft.id }
    /// Name as of the event, without the leading slash; empty if unknown. Adversary text.
    public var name: String { storage.draft.name }
    /// Image reference; empty if unknown. Adversary text.
    public var image: String { storage.draft.image }
    /// `process`, `hyperv`, `hostprocess`, `linux` or `unknown`.
    public var isolation: Isolation { storage.draft.isolation }
    /// `true`, `false`, or empty if unknown.
    public var privileged: String { storage.draft.privileged }
    /// `windows`, `linux` or empty.
    public var platform: String { storage.draft.platform }
    /// Declared user; empty if unknown. Adversary text.
    public var user: String { storage.draft.user }
    /// 0 to 100.
    public var confidence: Int { storage.draft.confidence }
    /// Codes of the evidence, in the order of docs/fields.md.
    public var evidence: [EvidenceCode] { storage.draft.evidence }
    /// The same in words; adversary text in them is neutralised.
    public var reasons: [String] { storage.draft.reasons }

    /// Whether both are one and the same, not only equal.
    func isShared(with other: ContainerAttribution) -> Bool { storage === other.storage }

    /// The fields of docs/fields.md: name and values, those that are known.
    public func fields() -> [(name: String, values: [String])] {
        Field.allCases.compactMap { field in
            let values = values(of: field)
            return values.isEmpty ? nil : (field.rawValue, values)
        }
    }

    /// A field of docs/fields.md.
    public enum Field: String, CaseIterable, Sendable {
        case id = "Container.Id"
        case name = "Container.Name"
        case image = "Container.Image"
        case isolation = "Container.Isolation"
        case privileged = "Container.Privileged"
        case platform = "Container.Platform"
        case user = "Container.User"
        case confidence = "Container.Confidence"
        case evidence = "Container.Evidence"
        case reason = "Container.Reason"
    }

    /// The values of a field; none when it is not known.
    public func values(of field: Field) -> [String] {
        switch field {
        case .id: return [id]
        case .name: return name.isEmpty ? [] : [name]
        case .image: return image.isEmpty ? [] : [image]
        case .isolation: return [isolation.rawValue]
        case .privileged: return privileged.isEmpty ? [] : [privileged]
        case .platform: return platform.isEmpty ? [] : [platform]
        case .user: return user.isEmpty ? [] : [user]
        case .confidence: return [String(confidence)]
        case .evidence: return evidence.map(\.rawValue)
        case .reason: return reasons
        }
    }
}

extension ContainerAttribution: Hashable {
    /// Whether all fields are equal.
    public static func == (left: ContainerAttribution, right: ContainerAttribution) -> Bool {
        left.storage === right.storage || left.storage.draft == right.storage.draft
    }

    /// Hashes all fields.
    public func hash(into hasher: inout Hasher) { hasher.combine(storage.draft) }
}

extension ContainerAttribution.Draft {
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
