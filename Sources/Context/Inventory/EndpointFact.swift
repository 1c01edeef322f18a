import Events

/// That a container had an address in a network, as a snapshot says it.
struct EndpointFact: Hashable, Sendable, Codable {
    /// Id as the record has it.
    var container: String
    /// Id of the network; empty where only its name is told.
    var network: String
    var networkName: String
    var endpointID: String
    var address: String
    var address6: String
    var mac: String
    var gateway: String
    /// A moment at which it held, by the document; ``Timestamp/unknown`` where the document tells none.
    var anchor: Timestamp
    var source: FactSource
    var scope: String

    init(container: String, scope: String, anchor: Timestamp, source: FactSource) {
        self.container = ASCII.lowered(container)
        self.scope = NeutralText.cut(ASCII.lowered(scope), to: ItemKey.idLimit)
        self.anchor = anchor
        self.source = source
        (network, networkName, endpointID, address, address6, mac, gateway) = ("", "", "", "", "", "", "")
    }

    /// Longest text that is kept.
    static let textLimit = 128

    /// Whether it says anything that a connection does not.
    var isTelling: Bool { !address.isEmpty || !address6.isEmpty || !mac.isEmpty || !endpointID.isEmpty }

    /// With all texts cut to ``textLimit``.
    var bounded: EndpointFact {
        var fact = self
        for path in EndpointFact.texts {
            fact[keyPath: path] = NeutralText.cut(self[keyPath: path], to: EndpointFact.textLimit)
        }
        return fact
    }

    private static var texts: [WritableKeyPath<EndpointFact, String>] {
        [\.container, \.network, \.networkName, \.endpointID, \.address, \.address6, \.mac, \.gateway]
    }
}

extension EndpointFact: Comparable {
    /// A total order: container, network, time, the rest.
    static func < (left: EndpointFact, right: EndpointFact) -> Bool {
        if left.container != right.container { return left.container < right.container }
        if left.network != right.network { return left.network < right.network }
        if left.anchor != right.anchor { return left.anchor < right.anchor }
        return left.rest.lexicographicallyPrecedes(right.rest)
    }

    private var rest: [String] {
        [networkName, endpointID, address, address6, mac, gateway, source.rawValue, scope]
    }
}
