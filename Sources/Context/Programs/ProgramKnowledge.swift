import Events

/// Which programs are usual where.
struct ProgramKnowledge: Sendable {
    /// What was found that no single record shows.
    var derived: [DerivedEvent] = []

    /// Appends what is to be said of one event. O(1) when nothing is.
    func addFields(of view: EventView, _ container: ContainerAttribution?, to fields: inout [FactField]) {}
}
