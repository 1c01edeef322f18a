import Context

extension AlertContainer {
    /// What an alert says of an attribution.
    init(_ attribution: ContainerAttribution) {
        self.init(id: attribution.id)
        name = attribution.name
        image = attribution.image
        isolation = attribution.isolation.rawValue
        privileged = attribution.privileged
        platform = attribution.platform
        user = attribution.user
        confidence = attribution.confidence
        evidence = attribution.evidence.map(\.rawValue)
        reasons = attribution.reasons
    }
}
