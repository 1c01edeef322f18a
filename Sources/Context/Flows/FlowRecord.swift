import Events

/// What one record says of a connection, as numbers.
struct FlowRecord {
    /// Where the record comes from: what it can be trusted with.
    enum Origin: UInt8, Sendable, Codable {
        /// A sensor's summary of a whole connection: Zeek, Kernel-Network.
        case summary
        /// A change of the kernel's connection table.
        case table
        /// One packet.
        case packet
        /// A process asked for it: Sysmon 3, Security 5156, auditd, strace, a runtime sensor.
        case process
        /// A name was asked for.
        case name
    }

    /// What is known of how it went; or-ed over all records of a connection.
    struct State: OptionSet, Hashable, Sendable, Codable {
        let rawValue: UInt8
        /// The first packet or call was seen, or a summary that has it.
        static let started = State(rawValue: 1)
        /// The other side answered.
        static let answered = State(rawValue: 2)
        /// Refused or never answered.
        static let failed = State(rawValue: 4)
        /// By something that would have seen an answer.
        static let watched = State(rawValue: 8)
    }

    var origin = Origin.summary
    var source = NetworkAddress.none
    var destination = NetworkAddress.none
    var sourcePort: UInt16 = 0
    var destinationPort: UInt16 = 0
    var transport = Transport.tcp
    var state: State = []
    /// Bytes from source to destination; nil where the record does not count.
    var bytesOut: Int64?
    var bytesIn: Int64?
    var packets: Int64 = 0
    /// Nanoseconds.
    var duration: Int64 = 0
    /// Packets only: whether the sides were turned, because the answering side sent it.
    var isAnswer = false
    /// Whether the process that the record names received the connection.
    var isReceived = false

    /// The protocols that are told apart.
    enum Transport: UInt8, Comparable, Sendable, Codable {
        case icmp = 1
        case tcp = 6
        case udp = 17
        case other = 0

        var name: String {
            switch self {
            case .icmp: "icmp"
            case .tcp: "tcp"
            case .udp: "udp"
            case .other: "other"
            }
        }

        static func < (left: Transport, right: Transport) -> Bool { left.rawValue < right.rawValue }
    }
}

extension FlowRecord {
    /// Reads a view; nil when it tells of no connection. O(values), no allocation for IPv4.
    init?(_ view: EventView) {
        switch view.kind {
        case .connection, .linuxRecord: origin = .process
        case .flow:
            switch view.origin.service {
            case "conntrack": origin = .table
            case "dns": origin = .name
            case "conn", "": origin = .summary
            default: origin = view.origin.product == "zeek" ? .name : .packet
            }
        default: return nil
        }
        var raw = Raw()
        for value in view.values { raw.take(value) }
        guard read(raw) else { return nil }
        if origin == .packet { orient(raw) }
        if view.kind == .connection { orientWindows(raw, view) }
        if transport == .icmp { (sourcePort, destinationPort) = (0, 0) }
        guard !destination.isShared, !source.isShared || source == .none else { return nil }
        // Without a source only the process can tell whose it is, and it needs a port to mean anything.
        if source == .none { guard origin == .process, destinationPort != 0, !isReceived else { return nil } }
    }

    private mutating func read(_ raw: Raw) -> Bool {
        guard let address = raw.destination else { return false }
        destination = address
        source = raw.source ?? .none
        sourcePort = raw.sourcePort
        destinationPort = raw.destinationPort
        transport = raw.transport ?? (origin == .packet && !raw.isTCP ? .udp : .tcp)
        bytesOut = raw.bytesOut
        bytesIn = raw.bytesIn
        packets = raw.packets
        duration = raw.duration
        switch origin {
        case .summary, .process, .name: state = .started
        case .packet: state = []
        case .table:
            switch raw.event {
            case .new: state = [.started, .watched]
            case .update: state = raw.connectionState
            case .end, .none: return false
            }
        }
        if origin == .summary { state.formUnion(raw.connectionState) }
        return origin != .packet || source != .none
    }

    /// A packet belongs to the connection of the side that opened it: by SYN, else the lower port is the server's.
    private mutating func orient(_ raw: Raw) {
        // What a frame holds above Ethernet, IPv4 and the headers of TCP with a time stamp, or of UDP and ICMP.
        bytesOut = raw.frame.map { max(0, $0 - (raw.isTCP ? 66 : 42)) }
        packets = 1
        let isSYN = raw.isTCP && raw.flags & 0x12 == 0x02
        let isAcceptance = raw.isTCP && raw.flags & 0x12 == 0x12
        if isSYN {
            state = [.started, .watched]
        } else if isAcceptance || (transport != .icmp && sourcePort < destinationPort) {
            isAnswer = true
        }
        if transport == .icmp, destination < source { isAnswer = true }
        if raw.isTCP, raw.flags & 0x04 != 0 { state.insert(.failed) }
        guard isAnswer else { return }
        if isAcceptance { state.insert(.answered) }
        swapSides()
        swap(&bytesOut, &bytesIn)
    }

    /// Sysmon's `Initiated`, the filtering platform's `Direction`: incoming connections are told the other way
    /// round by 5156.
    private mutating func orientWindows(_ raw: Raw, _ view: EventView) {
        if view.eventID == 5157 { state.insert(.failed) } else { state.insert(.answered) }
        // 5156 and 5157 name the local side first, whichever opened it; Sysmon names the opener first.
        isReceived = raw.isInbound
        if raw.isInbound, view.eventID == 5156 || view.eventID == 5157 { swapSides() }
        // The others are listening and binding.
        if view.eventID == 5154 || view.eventID == 5155 || view.eventID == 5158 || view.eventID == 5159 {
            destination = .none
        }
    }

    private mutating func swapSides() {
        swap(&source, &destination)
        swap(&sourcePort, &destinationPort)
    }
}

/// The values of a record before they are put together.
private struct Raw {
    enum Event { case none, new, update, end }

    var source: NetworkAddress?
    var destination: NetworkAddress?
    var sourcePort: UInt16 = 0
    var destinationPort: UInt16 = 0
    var transport: FlowRecord.Transport?
    var bytesOut: Int64?
    var bytesIn: Int64?
    var packets: Int64 = 0
    var duration: Int64 = 0
    var frame: Int64?
    var flags: UInt64 = 0
    var isTCP = false
    var isInbound = false
    var event = Event.none
    var connectionState: FlowRecord.State = []

    mutating func take(_ value: EventView.Value) {
        let text = value.text
        switch value.field {
        case .sourceIP, .sourceAddress: if source == nil { source = NetworkAddress(text) }
        case .destinationIP, .destAddress: if destination == nil { destination = NetworkAddress(text) }
        case .sourcePort: if sourcePort == 0 { sourcePort = port(text) }
        case .destinationPort, .destPort: if destinationPort == 0 { destinationPort = port(text) }
        case .protocolName, .protocolNumber: take(transport: text)
        case .origBytes, .size: bytesOut = Int64(text)
        case .respBytes: bytesIn = Int64(text)
        case .origPackets, .respPackets: packets += Int64(text).map { min(max($0, 0), 1 << 40) } ?? 0
        case .duration: duration = nanoseconds(text)
        case .frameLength: frame = Int64(text)
        case .stream: isTCP = !text.isEmpty
        case .tcpFlags:
            isTCP = true
            flags = text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) ?? 0 : UInt64(text) ?? 0
        case .initiated: isInbound = text == "false"
        case .direction: isInbound = text == "%%14592" || text == "Inbound"
        default: takeState(value)
        }
    }

    private mutating func takeState(_ value: EventView.Value) {
        switch value.field {
        case .event:
            switch value.text {
            case "NEW": event = .new
            case "UPDATE": event = .update
            default: event = .end
            }
        case .state:
            switch value.text {
            case "ESTABLISHED", "SYN_RECV": connectionState.insert(.answered)
            case "CLOSE": connectionState.insert(.failed)
            default: break
            }
        case .connectionState:
            switch value.text {
            case "S0", "REJ", "RSTOS0", "SH": connectionState.insert(.failed)
            case "": break
            default: connectionState.insert(.answered)
            }
        default: break
        }
    }

    private mutating func take(transport text: String) {
        guard transport == nil else { return }
        switch text {
        case "tcp", "TCP", "6": transport = .tcp
        case "udp", "UDP", "17": transport = .udp
        case "icmp", "ICMP", "1", "icmpv6", "ICMPv6", "58", "ipv6-icmp": transport = .icmp
        // Of packets it is the topmost protocol, HTTP or DNS.
        default: break
        }
    }

    private func port(_ text: String) -> UInt16 { UInt16(text) ?? 0 }

    private func nanoseconds(_ text: String) -> Int64 {
        guard let seconds = Double(text), seconds > 0, seconds < 1e9 else { return 0 }
        return Int64(seconds * 1e9)
    }
}
