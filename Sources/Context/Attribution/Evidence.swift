/// One piece of evidence on one event.
struct Evidence: Hashable, Sendable {
    /// Whom it points at.
    enum Subject: Hashable, Sendable {
        /// Some container, no telling which.
        case some
        /// The container with that id.
        case container(ContainerID)
        /// The container with that computer name.
        case hostname(String)
        /// The container that owns the volume with that GUID.
        case volume(String)
        /// The container that owns the layer, if it is not an image's.
        case layer(String)
    }

    var code: EvidenceCode
    /// How sure it alone makes that the event belongs to a container, percent.
    var weight: Int
    var subject: Subject
    /// In words; adversary text in it is neutralised.
    var reason: String
    /// Whether it is about an ancestor of the process instead of the event itself.
    var isInherited = false
    /// Whether it is about the parent's image, which the start's record tells.
    var isOfParent = false

    /// Whether it is about the process itself.
    var isOwn: Bool { !isInherited && !isOfParent }

    /// Job membership is inherited whatever the depth; what may be wrong is the join by process id: a tenth less.
    func inherited() -> Evidence {
        guard !isInherited else { return self }
        var copy = self
        copy.isInherited = true
        copy.weight = weight * 9 / 10
        if code == .agentChild { copy.code = .agentDescendant }
        copy.reason = "descends from a process of a container: " + reason
        return copy
    }
}
