import Context
import Events

/// Flows as the sources of evidence tell them: one shop with a web server (172.18.0.3), a database (.2), a worker (.4) and a
/// stranger (.7) that comes later.
enum FlowFixture {
    static let web = "aa0000000001" + String(repeating: "1", count: 52)
    static let db = "aa0000000002" + String(repeating: "2", count: 52)
    static let worker = "aa0000000003" + String(repeating: "3", count: 52)
    static let stranger = "aa0000000004" + String(repeating: "4", count: 52)

    static func time(_ seconds: Double) -> Timestamp {
        Timestamp(nanoseconds: 1_700_000_000_000_000_000 + Int64(seconds * 1e9))
    }

    static func moment(_ seconds: Int) -> String {
        // 1 700 000 000 is 2023-11-14T22:13:20Z.
        let all = 22 * 3600 + 13 * 60 + 20 + seconds
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "2023-11-\(14 + all / 86400)T\(two(all / 3600 % 24)):\(two(all / 60 % 60)):\(two(all % 60))Z"
    }

    /// `docker inspect` of a container on one network.
    static func inspect(
        _ id: String, _ name: String, ip: String, started: Int = 0, finished: Int? = nil, network: String = "shopnet",
        extra: [(String, String)] = []
    ) -> EventView {
        var fields: [(String, String)] = [
            ("Id", id), ("Name", "/" + name), ("Created", moment(started)), ("Config.Image", "corp/\(name):1"),
            ("State.StartedAt", moment(started)), ("Platform", "linux"),
            ("NetworkSettings.Networks.\(network).IPAddress", ip),
            ("NetworkSettings.Networks.\(network).Gateway", "172.18.0.1"),
        ]
        if let finished { fields.append(("State.FinishedAt", moment(finished))) }
        return EventView(
            kind: .dockerInspect, time: .unknown, host: "",
            fields: (fields + extra).map { FieldValue(name: $0.0, value: $0.1) },
            origin: Origin(product: "docker", service: "inspect"))
    }

    static func network(_ name: String = "shopnet", subnet: String = "172.18.0.0/16") -> EventView {
        EventView(
            kind: .dockerObject, time: .unknown, host: "",
            fields: [
                FieldValue(name: "Name", value: name), FieldValue(name: "IPAM.Config.Subnet", value: subnet),
            ], origin: Origin(product: "docker", service: "network"))
    }

    static var shop: [EventView] {
        [
            network(),
            inspect(
                web, "web", ip: "172.18.0.3",
                extra: [("HostConfig.PortBindings.8080/tcp.HostPort", "8080"), ("Path", "httpd")]),
            inspect(db, "db", ip: "172.18.0.2", extra: [("Path", "/usr/bin/redis-server")]),
            inspect(worker, "worker", ip: "172.18.0.4", extra: [("Args", "wget http://web:8080/")]),
            inspect(stranger, "stranger", ip: "172.18.0.7", started: 120),
        ]
    }

    static func view(
        _ service: String, _ product: String, kind: EventKind = .flow, at seconds: Double, host: String = "",
        eventID: Int = -1, source: SourceNumber = 1, _ values: [(EvidenceField, String)]
    ) -> EventView {
        EventView(
            kind: kind, time: time(seconds), host: host, eventID: eventID,
            values: values.map { EventView.Value($0.0, $0.1) }, origin: Origin(product: product, service: service),
            place: EventPlace(source: source, record: UInt64(seconds * 10), offset: Int64(seconds * 1000)))
    }

    static func zeek(
        _ from: String, _ to: String, _ port: Int, at seconds: Double, sourcePort: Int = 40000, out: Int = 90,
        in bytesIn: Int = 200, state: String = "SF", transport: String = "tcp", packets: Int = 8,
        duration: String = "0.01", source: SourceNumber = 1
    ) -> EventView {
        view(
            "conn", "zeek", at: seconds, source: source,
            [
                (.sourceIP, from), (.sourcePort, "\(sourcePort)"), (.destinationIP, to), (.destinationPort, "\(port)"),
                (.protocolName, transport), (.origBytes, "\(out)"), (.respBytes, "\(bytesIn)"),
                (.connectionState, state), (.origPackets, "\(packets)"), (.duration, duration),
            ])
    }

    static func conntrack(
        _ event: String, _ state: String, _ from: String, _ to: String, _ port: Int, at seconds: Double,
        sourcePort: Int = 40000, source: SourceNumber = 2
    ) -> EventView {
        view(
            "conntrack", "linux", at: seconds, source: source,
            [
                (.event, event), (.state, state), (.protocolName, "tcp"), (.sourceIP, from), (.destinationIP, to),
                (.sourcePort, "\(sourcePort)"), (.destinationPort, "\(port)"),
            ])
    }

    static func packet(
        _ from: String, _ fromPort: Int, _ to: String, _ toPort: Int, at seconds: Double, flags: String = "0x0018",
        length: Int = 166, source: SourceNumber = 3
    ) -> EventView {
        view(
            "tshark", "network", at: seconds, source: source,
            [
                (.sourceIP, from), (.sourcePort, "\(fromPort)"), (.destinationIP, to), (.destinationPort, "\(toPort)"),
                (.protocolName, "TCP"), (.frameLength, "\(length)"), (.stream, "1"), (.tcpFlags, flags),
            ])
    }

    static func audit(_ container: String, _ to: String, _ port: Int, at seconds: Double, pid: Int = 100) -> EventView {
        view(
            "auditd", "linux", kind: .linuxRecord, at: seconds, source: 4,
            [
                (.image, "/tmp/.x"), (.processID, "\(pid)"), (.destinationIP, to), (.destinationPort, "\(port)"),
                (.containerID, container),
            ])
    }

    static func dns(_ name: String, _ type: String, from: String, at seconds: Double) -> EventView {
        view(
            "dns", "zeek", at: seconds, source: 5,
            [
                (.sourceIP, from), (.sourcePort, "\(40000 + Int(seconds) % 1000)"), (.destinationIP, "172.18.0.7"),
                (.destinationPort, "53"), (.protocolName, "udp"), (.queryName, name), (.recordType, type),
            ])
    }

    /// One connection, told by four sources.
    static func told(_ from: String, _ container: String, _ to: String, _ port: Int, at: Double, sourcePort: Int)
        -> [EventView]
    {
        [
            zeek(from, to, port, at: at, sourcePort: sourcePort),
            conntrack("NEW", "SYN_SENT", from, to, port, at: at + 0.1, sourcePort: sourcePort),
            conntrack("UPDATE", "ESTABLISHED", from, to, port, at: at + 0.15, sourcePort: sourcePort),
            conntrack("DESTROY", "TIME_WAIT", from, to, port, at: at + 121, sourcePort: sourcePort),
            packet(from, sourcePort, to, port, at: at, flags: "0x0002", length: 74),
            packet(to, port, from, sourcePort, at: at + 0.01, flags: "0x0012", length: 74),
            packet(from, sourcePort, to, port, at: at + 0.02),
            audit(container, to, port, at: at - 0.4),
        ]
    }
}
