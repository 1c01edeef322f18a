import Events

/// A process creation as a record tells it.
struct ProcessStart: Hashable, Sendable, Codable {
    var host: String
    var pid: ProcessID
    var parentPID: ProcessID?
    var time: Timestamp
    var image: String
    var parentImage: String
    var guid: ProcessGUID?
    var parentGUID: ProcessGUID?
    /// `S-1-5-93-2-1`, `User Manager\Container…` or empty: the user, where it is a container's.
    var containerUser: String
    /// The id that the parent's command line names when the parent is a shim; else empty.
    var shimID: String
    /// Whether the record alone shows a container: such starts are kept before all others.
    var isTelling: Bool

    /// Longest image path that is kept.
    static let imageLimit = 512
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
        parentPID = view.first(isSecurity ? .processID : .parentProcessID).flatMap { ProcessID($0) }
        time = view.time
        let parent = view.first(.parentImage, .parentProcessName) ?? ""
        image = NeutralText.cut(view.first(.image, .newProcessName) ?? "", to: ProcessStart.imageLimit)
        parentImage = NeutralText.cut(parent, to: ProcessStart.imageLimit)
        guid = view[.processGUID].flatMap { ProcessGUID($0) }
        parentGUID = view[.parentProcessGUID].flatMap { ProcessGUID($0) }
        containerUser = ContainerUser.named(by: view) ?? ""
        shimID = EvidenceRules.isShim(parent) ? EvidenceRules.shimID(view[.parentCommandLine] ?? "") : ""
        isTelling = ProcessStart.isTelling(image: image, parentImage: parentImage, containerUser: containerUser)
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
