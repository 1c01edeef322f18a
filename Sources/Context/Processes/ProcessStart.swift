import Events

/// A process creation as a record tells it. Packed: there may be a million.
struct ProcessStart: Hashable, Sendable {
    var host: String
    var time: Timestamp
    var image: String
    var parentImage: String
    /// The id that the parent's command line names when the parent is a shim; else empty.
    var shimID: String
    private var own = PackedGUID(nil)
    private var parents = PackedGUID(nil)
    var pid: ProcessID
    private var parentNumber: UInt32 = 0
    private var hasParent = false
    /// Index in ``ContainerUser/texts``.
    private var user: UInt8 = 0
    /// Whether the record alone shows a container: such starts are kept before all others.
    var isTelling: Bool

    /// Longest image path that is kept.
    static let imageLimit = 512

    var parentPID: ProcessID? {
        get { hasParent ? ProcessID(parentNumber) : nil }
        set { (hasParent, parentNumber) = (newValue != nil, newValue?.number ?? 0) }
    }

    var guid: ProcessGUID? {
        get { own.guid }
        set { own = PackedGUID(newValue) }
    }

    var parentGUID: ProcessGUID? {
        get { parents.guid }
        set { parents = PackedGUID(newValue) }
    }

    /// `S-1-5-93-2-1`, `User Manager\Container…` or empty: the user, where it is a container's.
    var containerUser: String {
        get { ContainerUser.texts[Int(user)] }
        set { user = ContainerUser.number(of: newValue) }
    }

    /// Whether the user is a container's.
    var hasContainerUser: Bool { user != 0 }
}

/// A GUID or none: no GUID is all zero.
private struct PackedGUID: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    init(_ guid: ProcessGUID?) { (high, low) = (guid?.high ?? 0, guid?.low ?? 0) }

    var guid: ProcessGUID? { ProcessGUID(high: high, low: low) }
}

extension ProcessStart: Codable {
    private enum CodingKeys: String, CodingKey {
        case host, pid, parentPID, time, image, parentImage, guid, parentGUID, containerUser, shimID, isTelling
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        host = try container.decode(String.self, forKey: .host)
        pid = try container.decode(ProcessID.self, forKey: .pid)
        time = try container.decode(Timestamp.self, forKey: .time)
        image = try container.decode(String.self, forKey: .image)
        parentImage = try container.decode(String.self, forKey: .parentImage)
        shimID = try container.decode(String.self, forKey: .shimID)
        isTelling = try container.decode(Bool.self, forKey: .isTelling)
        parentPID = try container.decodeIfPresent(ProcessID.self, forKey: .parentPID)
        guid = try container.decodeIfPresent(ProcessGUID.self, forKey: .guid)
        parentGUID = try container.decodeIfPresent(ProcessGUID.self, forKey: .parentGUID)
        containerUser = try container.decode(String.self, forKey: .containerUser)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(host, forKey: .host)
        try container.encode(pid, forKey: .pid)
        try container.encodeIfPresent(parentPID, forKey: .parentPID)
        try container.encode(time, forKey: .time)
        try container.encode(image, forKey: .image)
        try container.encode(parentImage, forKey: .parentImage)
        try container.encodeIfPresent(guid, forKey: .guid)
        try container.encodeIfPresent(parentGUID, forKey: .parentGUID)
        try container.encode(containerUser, forKey: .containerUser)
        try container.encode(shimID, forKey: .shimID)
        try container.encode(isTelling, forKey: .isTelling)
    }
}

extension ProcessStart {
    /// The start that a process creation tells; nil without a process id. O(fields).
    init?(_ view: EventView) {
        let isSecurity = view[.newProcessID] != nil
        guard let pid = view.first(isSecurity ? .newProcessID : .processID).flatMap({ ProcessID($0) }) else {
            return nil
        }
        host = ASCII.lowered(view.host)
        self.pid = pid
        time = view.time
        let parent = view.first(.parentImage, .parentProcessName) ?? ""
        image = NeutralText.cut(view.first(.image, .newProcessName) ?? "", to: ProcessStart.imageLimit)
        parentImage = NeutralText.cut(parent, to: ProcessStart.imageLimit)
        shimID = EvidenceRules.isShim(parent) ? EvidenceRules.shimID(view[.parentCommandLine] ?? "") : ""
        let account = ContainerUser.named(by: view) ?? ""
        isTelling = ProcessStart.isTelling(image: image, parentImage: parentImage, containerUser: account)
        parentPID = view.first(isSecurity ? .processID : .parentProcessID).flatMap { ProcessID($0) }
        guid = view[.processGUID].flatMap { ProcessGUID($0) }
        parentGUID = view[.parentProcessGUID].flatMap { ProcessGUID($0) }
        containerUser = account
    }

    private static func isTelling(image: String, parentImage: String, containerUser: String) -> Bool {
        if !containerUser.isEmpty || EvidenceRules.isShim(parentImage) || EvidenceRules.isAgent(parentImage) {
            return true
        }
        for path in [image, parentImage] {
            switch SiloPath(path) {
            case .none, .drive: continue
            default: return true
            }
        }
        return false
    }
}
