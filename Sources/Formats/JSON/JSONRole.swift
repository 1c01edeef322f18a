/// What a member of a record says about the event as a whole, besides being a field.
struct JSONRole: Sendable, Equatable {
    /// The part of the event's head that the member tells.
    enum Part: UInt8, Sendable {
        case none, time, channel, eventID, provider, host, recordID, action
    }

    /// The part it tells.
    var part: Part = .none
    /// Of several members that tell the same part the lowest rank wins, then the first.
    var rank: UInt8 = 0

    /// A member that is a field only.
    static let none = JSONRole()
}

/// Which names stand for what: the one table per kind of record.
enum JSONDialect: Sendable {
    /// Any object, Windows events among them.
    case generic
    /// An event of the Docker Engine.
    case dockerEvents
    /// What `docker inspect` says of a container.
    case dockerInspect

    /// The role of the member at a dotted path.
    func role(of path: String) -> JSONRole {
        switch self {
        case .generic: JSONDialect.generalRoles[path] ?? .none
        case .dockerEvents: JSONDialect.eventRoles[path] ?? .none
        case .dockerInspect: path == "Created" ? JSONRole(part: .time, rank: 0) : .none
        }
    }

    private static let eventRoles: [String: JSONRole] = [
        // Nanoseconds do not fit a Double; `time` is whole seconds.
        "timeNano": JSONRole(part: .time, rank: 0),
        "time": JSONRole(part: .time, rank: 1),
        "Action": JSONRole(part: .action),
    ]

    private static let generalRoles: [String: JSONRole] = [
        // The writer's own time before the collector's; `EventTime` of NXLog is local time without a zone.
        "Event.System.TimeCreated.#attributes.SystemTime": JSONRole(part: .time, rank: 0),
        "Event.System.TimeCreated": JSONRole(part: .time, rank: 0),
        "TimeCreated": JSONRole(part: .time, rank: 0),
        "SystemTime": JSONRole(part: .time, rank: 0),
        "timeNano": JSONRole(part: .time, rank: 0),
        "UtcTime": JSONRole(part: .time, rank: 1),
        "@timestamp": JSONRole(part: .time, rank: 2),
        "requestReceivedTimestamp": JSONRole(part: .time, rank: 2),
        "timestamp": JSONRole(part: .time, rank: 3),
        "time": JSONRole(part: .time, rank: 3),
        "TimeStamp": JSONRole(part: .time, rank: 3),
        "ts": JSONRole(part: .time, rank: 3),
        "EventTime": JSONRole(part: .time, rank: 4),

        "Channel": JSONRole(part: .channel, rank: 0),
        "Event.System.Channel": JSONRole(part: .channel, rank: 0),
        "Event.System.Channel.#text": JSONRole(part: .channel, rank: 0),
        "winlog.channel": JSONRole(part: .channel, rank: 0),

        "EventID": JSONRole(part: .eventID, rank: 0),
        "Event.System.EventID": JSONRole(part: .eventID, rank: 0),
        "Event.System.EventID.#text": JSONRole(part: .eventID, rank: 0),
        "winlog.event_id": JSONRole(part: .eventID, rank: 0),
        "event.code": JSONRole(part: .eventID, rank: 1),

        "Provider_Name": JSONRole(part: .provider, rank: 0),
        "Event.System.Provider.#attributes.Name": JSONRole(part: .provider, rank: 0),
        "winlog.provider_name": JSONRole(part: .provider, rank: 0),
        "SourceName": JSONRole(part: .provider, rank: 1),
        "ProviderName": JSONRole(part: .provider, rank: 1),

        "Computer": JSONRole(part: .host, rank: 0),
        "Event.System.Computer": JSONRole(part: .host, rank: 0),
        "Event.System.Computer.#text": JSONRole(part: .host, rank: 0),
        "winlog.computer_name": JSONRole(part: .host, rank: 0),
        // `host` alone is the collector in NXLog and Logstash, not the origin.
        "Hostname": JSONRole(part: .host, rank: 1),
        "hostname": JSONRole(part: .host, rank: 1),
        "host.name": JSONRole(part: .host, rank: 2),
        "host.hostname": JSONRole(part: .host, rank: 3),

        "EventRecordID": JSONRole(part: .recordID, rank: 0),
        "Event.System.EventRecordID": JSONRole(part: .recordID, rank: 0),
        "winlog.record_id": JSONRole(part: .recordID, rank: 0),
        "RecordNumber": JSONRole(part: .recordID, rank: 1),
    ]
}
