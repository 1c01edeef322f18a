import Events
import Sigma
import Strategies

extension Sigma.EventKind {
    /// The log-source keys of an origin.
    init(_ origin: Origin) {
        self.init(
            product: origin.product, category: origin.category, service: origin.service, channel: origin.channel,
            provider: origin.provider, eventID: origin.eventID)
    }
}

extension DataNeed.LogSource {
    /// Whether events of this kind are what is needed.
    func isMet(by kind: Sigma.EventKind) -> Bool {
        guard product == kind.product else { return false }
        if channel.isEmpty { return name == kind.service || name == kind.category }
        if !provider.isEmpty, provider != kind.provider.lowercased() { return false }
        return channel == kind.channel.lowercased() && (eventID == nil || eventID == kind.eventID)
    }
}
