public import Events

/// What is known of a container beyond the facts that tie events to it. Snapshots do not tell when they were taken: where
/// they differ, all values are given.
public struct ContainerDetails: Hashable, Sendable {
    /// The command it was started with. Adversary text.
    public var command = ""
    /// The image's id, `sha256:…`.
    public var imageID = ""
    /// Restart policies that were stated.
    public var restartPolicies: [String] = []
    /// How often the engine restarted it.
    public var restartCount: Int?
    /// Exit code of the last end: containerd's word, then inspect's, then the engine's event (which a label can replace).
    public var exitCode: Int?
    /// What the engine says went wrong.
    public var error = ""
    /// Process id of its first process, as stated last.
    public var pid: Int?
    /// Where its output is kept; empty where it is not kept or not known.
    public var logPath = ""
    /// Logging drivers that were stated.
    public var logDrivers: [String] = []
    /// Number of its labels.
    public var labelCount: Int?
    /// Network mode, e.g. `host`, `container:<id>`.
    public var networkMode = ""
    /// Process namespace mode, e.g. `host`.
    public var pidMode = ""
    /// Whether it is removed when it ends.
    public var removesItself: Bool?
    /// Namespaces of containerd, or of Kubernetes.
    public var namespaces: [String] = []
    /// States that snapshots name (`running`, `exited`).
    public var statedStates: [String] = []
    /// When it was paused, oldest first.
    public var pauses: [RunInterval] = []
    /// When its configuration was updated.
    public var updates: [Timestamp] = []
    /// Kinds of records that speak of it.
    public var provenance = Provenance()

    init() {}

    init(_ sheet: FactSheet) {
        func all(_ attribute: ItemAttribute) -> [String] { sheet.values(attribute).map(\.text) }
        func last(_ attribute: ItemAttribute) -> String { sheet.latest(attribute) ?? "" }
        // Inspect's command is without quotes around it and not shortened.
        command = all(.command).max { ($0.hasPrefix("\"") ? 0 : 1, $0) < ($1.hasPrefix("\"") ? 0 : 1, $1) } ?? ""
        imageID = all(.imageID).last { $0.hasPrefix("sha256:") } ?? ""
        restartPolicies = all(.restartPolicy)
        restartCount = Int(last(.restartCount))
        exitCode = Int(last(.exitCode))
        error = last(.error)
        pid = Int(last(.pid))
        logPath = last(.logPath)
        logDrivers = all(.logDriver)
        labelCount = Int(last(.labelCount))
        networkMode = last(.networkMode)
        pidMode = last(.pidMode)
        removesItself = sheet.latest(.autoRemove).map { ASCII.equal($0, "true") }
        namespaces = all(.namespace)
        statedStates = all(.state)
        provenance = sheet.provenance
    }
}
