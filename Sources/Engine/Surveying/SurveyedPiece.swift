import Bytes
import Events
import Formats
import Sigma

/// What one or more segments of a source hold.
struct SurveyedPiece: Sendable {
    var records = 0
    var defects: [HuntReport.DefectSummary] = []
    var first: Timestamp?
    var last: Timestamp?
    /// Events by host; the empty name stands for those without one, and for hosts past the bound.
    var hosts: [String: Int] = [:]
    var origins: [Origin: Int] = [:]

    init() {}

    /// Reads a segment and counts its events.
    init(_ segment: Segment, read reader: inout BatchReader) {
        do { try reader.read(segment) } catch {
            defects.add(Defect(code: "unreadable", offset: segment.offset, detail: error.description))
            return
        }
        let batch = reader.batch
        records = batch.events.count
        for defect in batch.defects { defects.add(defect) }
        var byOrigin: [OriginID: Int] = [:]
        var host = (slot: Int32(-2), name: "")
        for head in batch.events {
            byOrigin[head.origin, default: 0] += 1
            if SourceClock.isPossible(head.time) {
                first = min(first ?? head.time, head.time)
                last = max(last ?? head.time, head.time)
            }
            if head.hostSlot != host.slot || head.hostSlot >= 0 { host = (head.hostSlot, Self.host(of: head, in: batch)) }
            hosts[hosts.count < SourceSurvey.namesKept || hosts[host.name] != nil ? host.name : "", default: 0] += 1
        }
        for (id, count) in byOrigin { origins[reader.vocabulary.origins[Int(id.index)], default: 0] += count }
    }

    /// Adds a later segment of the same source.
    mutating func add(_ later: SurveyedPiece) {
        records += later.records
        defects.add(later.defects)
        first = [first, later.first].compactMap { $0 }.min()
        last = [last, later.last].compactMap { $0 }.max()
        hosts.merge(later.hosts) { $0 + $1 }
        origins.merge(later.origins) { $0 + $1 }
    }

    /// Events by what people call their origin.
    func originNames() -> [String: Int] {
        var names: [String: Int] = [:]
        for (origin, count) in origins {
            let kind = Sigma.EventKind(
                product: origin.product, category: origin.category, service: origin.service, channel: origin.channel,
                provider: origin.provider, eventID: origin.eventID)
            names[SeenOrigins.name(kind), default: 0] += count
        }
        return names
    }

    /// Counts as a list, most first, the same for the same counts.
    static func tallies(_ counts: [String: Int]) -> [SourceSurvey.Tally] {
        let all = counts.map { SourceSurvey.Tally(name: $0.key, count: $0.value) }
            .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
        return Array(all.prefix(SourceSurvey.namesKept))
    }

    private static func host(of head: EventHead, in batch: EventBatch) -> String {
        guard head.hostSlot >= 0, Int(head.hostSlot) < batch.slots.count else { return "" }
        return batch.text(of: batch.slots[Int(head.hostSlot)])
    }
}
