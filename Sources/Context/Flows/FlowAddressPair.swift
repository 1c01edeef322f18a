/// Who talked to which port of whom, by address.
struct FlowAddressPair: Hashable, Sendable, Codable {
    /// ``NetworkAddress/none`` where only a process is known.
    var source: NetworkAddress
    var destination: NetworkAddress
    var port: UInt16
    var transport: FlowRecord.Transport

    init(_ record: FlowRecord) {
        source = record.source
        destination = record.destination
        port = record.destinationPort
        transport = record.transport
    }
}

extension FlowAddressPair: Comparable {
    /// How far it is from what containers do among themselves.
    private var rank: Int {
        func far(_ address: NetworkAddress) -> Int { address.isPrivate || address == .none ? 0 : 1 }
        return far(source) + far(destination)
    }

    static func < (left: FlowAddressPair, right: FlowAddressPair) -> Bool {
        if left.rank != right.rank { return left.rank < right.rank }
        if left.destination != right.destination { return left.destination < right.destination }
        return (left.source, left.port, left.transport) < (right.source, right.port, right.transport)
    }
}
