/// What the context says of one event: the container it belongs to, and facts that no single record shows.
public struct EventFacts: Hashable, Sendable {
    /// The container; nil when nothing ties the event to one.
    public var container: ContainerAttribution?
    /// Added fields, in a fixed order.
    public var fields: [FactField]
}
