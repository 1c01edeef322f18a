import Events

extension Context {
    /// A container's start is recorded so close to its silo's, nanoseconds.
    static let siloCloseness: Int64 = 5_000_000_000

    /// Takes in the silos, and joins each to the only container that started when it did and has no other silo.
    mutating func learn(_ gathered: consuming SiloGatherer) {
        silosOverflowed = gathered.overflowed
        silos = gathered.finish()
        guard !silos.isEmpty else { return }
        var starts: [(time: Int64, container: Int)] = []
        for index in inventory.siloCandidates {
            for run in inventory.containers[index].runs {
                if let start = run.start { starts.append((start.nanoseconds, index)) }
            }
        }
        starts.sort { ($0.time, $0.container) < ($1.time, $1.container) }
        var silosOfStart: [[Int64]: [SiloRecord.Key]] = [:]
        for silo in silos {
            guard let only = onlyStart(near: silo.seen.first.nanoseconds, starts, on: silo.host) else { continue }
            silosOfStart[[only.time, Int64(only.container)], default: []].append(silo.key)
        }
        for (start, keys) in silosOfStart where keys.count == 1 { containerOfSilo[keys[0]] = Int(start[1]) }
    }

    /// Most starts near a silo's that are looked through.
    private static let startsLookedThrough = 4096

    /// The only start within ``siloCloseness``. O(log n + starts near).
    private func onlyStart(near time: Int64, _ starts: [(time: Int64, container: Int)], on host: String) -> (
        time: Int64, container: Int
    )? {
        let first = Container.minus(time, Context.siloCloseness)
        let last = Container.plus(time, Context.siloCloseness)
        var low = 0
        var high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle].time < first { low = middle + 1 } else { high = middle }
        }
        var found: (time: Int64, container: Int)?
        let end = min(starts.count, low + Context.startsLookedThrough)
        while low < end, starts[low].time <= last {
            if join.mayRun(inventory.containers[starts[low].container], on: host) {
                if let found, found.container != starts[low].container { return nil }
                found = found ?? starts[low]
            }
            low += 1
        }
        // Too many starts to look through: none is chosen.
        if low == end, end < starts.count, starts[low].time <= last { return nil }
        return found
    }

    /// What a record of a silo shows.
    func siloEvidence(of view: EventView) -> [Evidence] {
        guard let guid = SiloGatherer.guid(of: view) else { return [] }
        let host = ASCII.lowered(view.host)
        if let index = containerOfSilo[SiloRecord.Key(host: host, guid: guid)] {
            let container = inventory.containers[index]
            return [
                Evidence(
                    code: .siloEvent, weight: 85, subject: .container(container.id),
                    reason:
                        "the record is of silo \(guid), and only container \(container.id.short) started when it did")
            ]
        }
        return [
            Evidence(
                code: .siloEvent, weight: 80, subject: .some, reason: "the record is of silo \(guid)")
        ]
    }
}
