import Events

/// The Linux processes, and the containers they are in.
struct LinuxProcesses: Sendable {
    /// Whether a process of a container is known.
    var knowsContainers: Bool { false }
    /// What was found that no single record shows.
    var derived: [DerivedEvent] = []

    /// Appends what is to be said of one event. O(1) when nothing is.
    func addFields(of view: EventView, _ container: ContainerAttribution?, to fields: inout [FactField]) {}
}
