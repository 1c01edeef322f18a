import Context
import Events
import Formats
import Foundation
import Sigma
import Strategies

/// Everything a pass over the evidence left behind.
struct MatchPass {
    private(set) var segments: [Segment]
    private(set) var results: [HuntWorker.SegmentResult?]
    private(set) var workers: [HuntWorker]

    init(segments: [Segment], results: [HuntWorker.SegmentResult?], workers: [HuntWorker]) {
        self.segments = segments
        self.results = results
        self.workers = workers
    }

    /// What each source gave, by its number.
    func report(of evidence: Evidence) -> [HuntReport.Source] {
        Array(sources(evidence).prefix(evidence.sources.count))
    }

    /// Adds the hits of one more worker.
    mutating func add(_ worker: HuntWorker) { workers.append(worker) }

    /// Adds what a pass over other sources left behind.
    mutating func add(_ other: MatchPass) {
        segments += other.segments
        results += other.results
        workers += other.workers
    }

    /// Whether what was gathered tells of containers.
    var knowsContainers: Bool { workers.contains(where: \.knowsContainers) }

    /// Whether an event showed a container, or may be in one by what others say.
    var sawContainer: Bool { workers.contains(where: \.sawContainer) }

    /// Takes out what the workers gathered for the context, one after the other.
    mutating func takeBuilders(_ body: (ContextBuilder) -> Void) {
        for index in workers.indices { body(workers[index].takeBuilder()) }
    }

    /// Time of the earliest event; nil when none has one.
    var firstEvent: Timestamp? { results.compactMap { $0?.first }.min() }

    /// What the context is told of each source.
    func notes(_ evidence: Evidence) -> [SourceNote] {
        report(of: evidence).enumerated().map { index, source in
            SourceNote(
                source: SourceNumber(index), path: source.path, format: source.format, size: source.bytes,
                modified: evidence.sources[index].modified, events: source.events,
                damage: source.defects.map {
                    .init(
                        code: $0.code, count: $0.count, recordsLost: $0.recordsLost, firstOffset: $0.firstOffset,
                        detail: $0.detail)
                })
        }
    }

    /// Throws the hits away, the spilled ones too.
    mutating func discard() {
        for worker in workers { for url in worker.runs.spilled { try? FileManager.default.removeItem(at: url) } }
        workers = []
    }

    /// The hits of all workers, in order; takes them.
    mutating func takeHits() throws -> HitMerge {
        let runs = workers.map(\.runs)
        workers = []
        return try HitMerge(runs)
    }

    /// Record numbers that line formats have before each segment, by segment: a segment counts its lines from 1.
    func linesBefore() -> [UInt64] {
        var before: [UInt64] = []
        var source = -1
        var lines: UInt64 = 0
        for (segment, result) in zip(segments, results) {
            if segment.source != source { (source, lines) = (segment.source, 0) }
            before.append(lines)
            lines += UInt64(result?.lines ?? 0)
        }
        return before
    }

    /// The numbers of the pass.
    func report(evidence: Evidence, book: RuleBook, options: HuntOptions) -> HuntReport {
        var report = HuntReport()
        report.sources = sources(evidence)
        for source in report.sources {
            report.events += source.events
            report.firstEvent = [report.firstEvent, source.first].compactMap { $0 }.min()
            report.lastEvent = [report.lastEvent, source.last].compactMap { $0 }.max()
        }
        report.hits = workers.reduce(0) { $0 + $1.hitCount }
        report.eventsWithHits = workers.reduce(0) { $0 + $1.eventsWithHits }
        report.attributedEvents = workers.reduce(0) { $0 + $1.attributedEvents }
        report.searchesGivenUp = workers.reduce(0) { $0 + $1.searchesGivenUp }
        report.valuesCut = workers.reduce(0) { $0 + $1.valuesCut }
        var suppressed = SuppressionCounts()
        for worker in workers { suppressed.add(worker.suppressed) }
        report.exceptions = book.exceptions(suppressed)
        report.rulesLoaded = book.ruleSet.rules.count + book.ruleSet.correlations.count
        report.rulesRejected = book.ruleSet.rejected
        let seen = SeenOrigins(workers)
        report.unwatched = seen.unwatched
        report.silences = Silences.of(book, seen: seen)
        report.missingData = missingData(book, seen)
        return report
    }

    /// Kinds of data that a strategy needs and no event belongs to.
    private func missingData(_ book: RuleBook, _ seen: SeenOrigins) -> [String] {
        book.strategies.flatMap(\.needs).filter { need in
            !need.sources.contains { source in seen.all.contains { source.isMet(by: $0.kind) } }
        }.map { "no data of “\($0.title)”: \($0.why) could not be seen" }
    }

    private func sources(_ evidence: Evidence) -> [HuntReport.Source] {
        var sources = evidence.sources.map { source in
            var entry = HuntReport.Source(
                path: source.path, format: source.formatName, certainty: source.certainty.map { "\($0)" } ?? "",
                bytes: source.size)
            if source.format == nil {
                entry.defects = [
                    .init(code: "not-recognised", count: 1, firstOffset: -1, recordsLost: 0, detail: source.reason)
                ]
            }
            return entry
        }
        for (segment, result) in zip(segments, results) {
            guard let result else { continue }
            sources[segment.source].take(result, at: segment)
        }
        for defect in evidence.defects + evidence.oversized() {
            let summary = HuntReport.DefectSummary(
                code: defect.code, count: 1, firstOffset: -1, recordsLost: 0, detail: defect.detail)
            if let index = sources.firstIndex(where: { $0.path == defect.path }) {
                sources[index].defects.append(summary)
            } else {
                var entry = HuntReport.Source(path: defect.path, format: "", certainty: "", bytes: 0)
                entry.defects = [summary]
                sources.append(entry)
            }
        }
        return sources
    }
}

extension HuntReport.Source {
    /// Adds what one segment gave. Segments come in order, so the first defect of a kind is the first in the file.
    mutating func take(_ result: HuntWorker.SegmentResult, at segment: Segment) {
        events += result.events
        first = [first, result.first].compactMap { $0 }.min()
        last = [last, result.last].compactMap { $0 }.max()
        if let error = result.error {
            defects.add(Defect(code: "unreadable", offset: segment.offset, detail: error))
        }
        for defect in result.defects { defects.add(defect) }
    }
}
