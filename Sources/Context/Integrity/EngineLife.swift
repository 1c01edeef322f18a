import Bytes
import Events

/// When engines started and ended, by their own log, and which starts of containers their event streams told of.
struct EngineLife: Sendable, Codable {
    /// Starts and creations that are kept.
    static let startLimit = 1 << 16
    /// Engines that are told apart: the smallest names.
    static let engineLimit = 1 << 12
    /// An event is stamped so long before or after the moment that inspect gives.
    static let slack: Int64 = 5_000_000_000

    /// A container was created or started, by one kind of record.
    struct Birth: Hashable, Comparable, Sendable, Codable {
        var engine: String
        var time: Timestamp
        var container: ContainerID
        var isStart: Bool
        /// Told by the event stream, not by inspect.
        var isEvent: Bool
        var place: EventPlace

        static func < (left: Birth, right: Birth) -> Bool {
            if left.engine != right.engine { return left.engine < right.engine }
            if left.time != right.time { return left.time < right.time }
            if left.container != right.container { return left.container < right.container }
            if left.isStart != right.isStart { return right.isStart }
            if left.isEvent != right.isEvent { return right.isEvent }
            return left.place < right.place
        }
    }

    private(set) var births = BoundedSet<Birth>(limit: startLimit)
    /// First and last event of each engine's stream.
    private(set) var streams: [String: SeenSpan] = [:]

    mutating func observe(_ view: EventView) {
        let engine = ASCII.lowered(NeutralText.cut(view.host, to: 256))
        switch view.kind {
        case .dockerEvent:
            guard view.time != .unknown else { return }
            note(engine, SeenSpan(view.time))
            let event = DockerEvent(view.fields)
            guard event.type == "container", let id = event.container,
                ["create", "start", "restart"].contains(event.verb)
            else { return }
            insert(engine, view.time, id, event.verb != "create", true, view.place)
        case .dockerInspect:
            // Listings cut ids, which the events do not.
            guard let id = view.fields.first(where: { $0.name == "Id" }).flatMap({ ContainerID($0.value) }), id.isFull
            else { return }
            for field in view.fields where field.name == "Created" || field.name == "State.StartedAt" {
                guard let time = DockerEvent.moment(field.value) else { continue }
                insert(engine, time, id, field.name != "Created", false, view.place)
            }
        default: break
        }
    }

    mutating func merge(_ other: EngineLife) {
        births.merge(other.births)
        for (engine, span) in other.streams { note(engine, span) }
    }

    private mutating func insert(
        _ engine: String, _ time: Timestamp, _ id: ContainerID, _ isStart: Bool, _ isEvent: Bool, _ place: EventPlace
    ) {
        births.insert(
            Birth(engine: engine, time: time, container: id, isStart: isStart, isEvent: isEvent, place: place))
    }

    private mutating func note(_ engine: String, _ span: SeenSpan) {
        if streams[engine]?.formUnion(span) != nil { return }
        streams[engine] = span
        if streams.count > EngineLife.engineLimit, let largest = streams.keys.max() {
            streams.removeValue(forKey: largest)
        }
    }

    // MARK: Findings

    /// Containers that were created or started while the stream ran, and of which it does not tell.
    func gaps() -> [DerivedEvent] {
        guard !births.overflowed else { return [] }
        var found: [DerivedEvent] = []
        for (engine, all) in Dictionary(grouping: births.sorted(), by: \.engine) {
            guard let span = streams[engine] else { continue }
            var told: [ContainerID: [Birth]] = [:]
            for birth in all where birth.isEvent { told[birth.container, default: []].append(birth) }
            guard told.count >= 3 else { continue }
            var untold: [Birth] = []
            var toldOf = 0
            for birth in all where !birth.isEvent && span.first <= birth.time && birth.time <= span.last {
                let isTold = (told[birth.container] ?? []).contains {
                    $0.isStart == birth.isStart && $0.time.isNear(birth.time, within: EngineLife.slack)
                }
                if isTold { toldOf += 1 }
                if !isTold, untold.last.map({ $0.container != birth.container || $0.time != birth.time }) ?? true {
                    untold.append(birth)
                }
            }
            // A stream that tells of few of them was asked for few: a filter.
            if let first = untold.first, let last = untold.last, toldOf >= untold.count {
                found.append(EngineLife.derived(engine, untold, first, last, told.count))
            }
        }
        return found
    }

    private static func derived(_ engine: String, _ untold: [Birth], _ first: Birth, _ last: Birth, _ told: Int)
        -> DerivedEvent
    {
        let containers = Set(untold.map(\.container))
        return DerivedEvent(
            time: first.time, host: engine, service: .integrity, finding: "events-gap",
            container: containers.count == 1 ? first.container : nil,
            detail:
                "the engine's events do not tell of \(untold.count) creations or starts of \(containers.count) containers "
                + "that inspect dates within the stream",
            fields: [
                FactField("Gap.Containers", containers.count), FactField("Gap.Births", untold.count),
                FactField("Gap.ContainerIds", containers.sorted().prefix(16).map(\.text)),
                FactField("Gap.Before", first.time.text), FactField("Gap.After", last.time.text),
                FactField("Coverage.Events", told),
            ], places: untold.map(\.place))
    }

    /// Restarts of the engine: a start that is not the first thing known of it, and an end behind which it tells of events
    /// again, though its log has no start.
    func restarts(_ marks: [LogMark]) -> [EngineRestart] {
        var found: [EngineRestart] = []
        var firstBirths: [String: Timestamp] = [:]
        for birth in births.sorted() where firstBirths[birth.engine] == nil { firstBirths[birth.engine] = birth.time }
        for (host, own) in Dictionary(grouping: marks, by: \.host).sorted(by: { $0.key < $1.key }) {
            let born = firstBirths[host]
            var earlier: LogMark?
            for mark in own {
                // Two copies of one log tell the same.
                if let earlier, earlier.kind == mark.kind, earlier.time == mark.time { continue }
                if mark.kind == .engineStarts, earlier != nil || (born.map { $0 < mark.time } ?? false) {
                    let end = earlier?.kind == .engineEnds ? earlier : nil
                    let ready = own.first { $0.kind == .engineReady && $0.time >= mark.time }
                    found.append(EngineRestart(host: host, end: end, start: mark, ready: ready, firstSign: mark.time))
                }
                earlier = mark
            }
            if let end = earlier, end.kind == .engineEnds, let sign = sign(of: host, after: end.time) {
                found.append(EngineRestart(host: host, end: end, start: nil, ready: nil, firstSign: sign))
            }
        }
        return found
    }

    /// The first creation or start that the engine of `host` told of after a moment, or else its last event.
    private func sign(of host: String, after time: Timestamp) -> Timestamp? {
        let engine = streams[host] == nil && streams.count == 1 ? streams.keys.first : host
        guard let engine, let last = streams[engine]?.last, last > time, time != .unknown else { return nil }
        return births.sorted().first { $0.engine == engine && $0.isEvent && $0.time > time }?.time ?? last
    }
}
