/// What a log source is matched against: where an event comes from.
///
/// Windows events have channel, provider and event id; everything else says its product/category/service.
public struct EventKind: Sendable, Hashable {
    /// `windows`, `docker`, `linux`, `kubernetes`…; empty when unknown.
    public var product: String
    /// `process_creation`, …; empty when the source does not say.
    public var category: String
    /// `security`, `events`, `inspect`, …; empty when the source does not say.
    public var service: String
    /// The Windows channel (`Security`); empty otherwise.
    public var channel: String
    /// The Windows provider name; empty otherwise.
    public var provider: String
    /// The Windows event id; -1 otherwise.
    public var eventID: Int

    /// A kind of event; what is left out is unknown, or does not apply outside Windows.
    public init(
        product: String, category: String = "", service: String = "", channel: String = "", provider: String = "",
        eventID: Int = -1
    ) {
        self.product = product
        self.category = category
        self.service = service
        self.channel = channel
        self.provider = provider
        self.eventID = eventID
    }
}
