/// The part of an event that a field stands in.
public enum EVTXSection: UInt8, Sendable, CaseIterable {
    /// `<System>`: written by the event log service, the same fields for every event.
    case system
    /// `<EventData>`: the provider's named or unnamed data.
    case eventData
    /// `<UserData>`: XML of the provider's own.
    case userData
    /// Anything else, such as `<ProcessingErrorData>` or `<RenderingInfo>`.
    case other
}
