import Events

/// Programs put into containers without the engine's word, and the engine's word without anybody who asked.
struct ExecJudge {
    /// An exec is recorded so close to the start of its program.
    static let window: Int64 = 2_000_000_000
    /// An entry point runs so long after the start was recorded, or before.
    static let startWindow: Int64 = 10_000_000_000
    /// A client is started so long before the engine does what it asked for.
    static let clientWindow: Int64 = 5_000_000_000
    /// Most findings of each kind.
    static let limit = 1000

    let signs: [HostSign]
    let records: [EngineRecord]
    let coverage: Coverage
    let inspects: [InspectFacts]
    let context: Context

    func findings() -> [DerivedEvent] { withoutEvent() + withoutClient() }

    // MARK: Without the engine's word

    private func withoutEvent() -> [DerivedEvent] {
        var found: [DerivedEvent] = []
        // One start may be told twice: Sysmon and the Security log.
        var last: (sign: HostSign, program: String)?
        for sign in signs where sign.kind == .agentChild && found.count < ExecJudge.limit {
            let program = HostSign.program(sign.subject)
            if let last, last.program == program, last.sign.host == sign.host,
                sign.time.isNear(last.sign.time, within: ExecJudge.window)
            {
                continue
            }
            last = (sign, program)
            guard coverage.hasEngine(of: sign.host, at: sign.time) else { continue }
            let near = coverage.records(of: sign.host, around: sign.time, within: ExecJudge.startWindow)
            let isTold = near.contains { record in
                switch record.verb {
                case .create, .start: true
                case .exec: record.time.isNear(sign.time, within: ExecJudge.window)
                default: false
                }
            }
            if !isTold { found.append(derived(sideDoor: sign)) }
        }
        return found
    }

    private func derived(sideDoor sign: HostSign) -> DerivedEvent {
        DerivedEvent(
            time: sign.time, host: sign.host, service: .contradictions, finding: "exec-without-event",
            detail: "a program was put into a container (\(NeutralText.quoted(HostSign.program(sign.subject)))), "
                + "and the engine, which told of others, recorded no exec and no start",
            fields: [
                FactField("Exec.Image", sign.subject), FactField("Exec.Command", sign.detail),
                FactField("Coverage.Engine", true),
                FactField("Coverage.Execs", records.contains { $0.verb == .exec }),
            ], places: [sign.place])
    }

    // MARK: Without a client

    private func withoutClient() -> [DerivedEvent] {
        let health = Dictionary(grouping: inspects, by: \.container)
        // By host: when clients were started. Hosts on which a client may be at work all the time are left out.
        var clients: [String: [Timestamp]] = [:]
        for sign in signs where sign.kind == .client { clients[sign.host, default: []].append(sign.time) }
        for sign in signs where sign.kind == .service { clients[sign.host] = nil }
        var found: [DerivedEvent] = []
        for record in records where record.isEngine && (record.verb == .exec || record.verb == .create) {
            guard found.count < ExecJudge.limit, let host = coverage.host(ofEngine: record.engine),
                let times = clients[host], coverage.hasProcesses(of: host, at: record.time),
                record.verb == .create || !ExecJudge.isHealthCheck(record, health)
            else { continue }
            let from = Container.minus(record.time.nanoseconds, ExecJudge.clientWindow)
            let next = times.lowerBound(where: { $0.nanoseconds >= from })
            let isNear = next < times.count && times[next].isNear(record.time, within: ExecJudge.clientWindow)
            if !isNear { found.append(derived(clientless: record, host, times.count)) }
        }
        return found
    }

    static func isHealthCheck(_ record: EngineRecord, _ inspects: [ContainerID: [InspectFacts]]) -> Bool {
        guard let id = ContainerID(record.container) else { return false }
        return inspects[id]?.contains { !$0.health.isEmpty && record.detail.hasSuffix($0.health) } ?? false
    }

    private func derived(clientless record: EngineRecord, _ host: String, _ clients: Int) -> DerivedEvent {
        DerivedEvent(
            time: record.time, host: host, service: .contradictions, finding: "exec-without-client",
            container: ContainerID(record.container),
            detail: "the engine did what somebody asked for, and no client was started within 5 s",
            fields: [
                FactField("Exec.Verb", record.verb.rawValue), FactField("Exec.Command", record.detail),
                FactField("Container.Name", record.name), FactField("Container.Image", record.image),
                FactField("Coverage.Processes", true), FactField("Coverage.Clients", clients),
            ], places: [record.place])
    }
}
