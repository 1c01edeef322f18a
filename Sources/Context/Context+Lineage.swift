import Events

extension Context {
    /// The image of the parent, where the record does not say it, and the ancestors of the event's process.
    func addLineage(of view: EventView, _ container: ContainerAttribution, to fields: inout [FactField]) {}
}
