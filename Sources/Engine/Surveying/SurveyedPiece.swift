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
        let span = reader.span
        first = span?.lowerBound
        last = span?.upperBound
        for defect in batch.defects { defects.add(defect) }
        var byOrigin = [Int](repeating: 0, count: reader.vocabulary.origins.count)
        var byHost = HostCounts()
        for head in batch.events {
            byOrigin[Int(head.origin.index)] += 1
            byHost.add(head, in: batch)
        }
        for (name, count) in byHost.counts { hosts[String(decoding: name, as: UTF8.self), default: 0] += count }
        for (index, count) in byOrigin.enumerated() where count > 0 {
            origins[reader.vocabulary.origins[index], default: 0] += count
        }
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
            names[SeenOrigins.name(Sigma.EventKind(origin)), default: 0] += count
        }
        return names
    }

    /// Counts as a list, most first, the same for the same counts.
    static func tallies(_ counts: [String: Int]) -> [SourceSurvey.Tally] {
        let all = counts.map { SourceSurvey.Tally(name: $0.key, count: $0.value) }
            .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
        return Array(all.prefix(SourceSurvey.namesKept))
    }
}
