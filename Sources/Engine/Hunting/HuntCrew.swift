import Context
import Events
import Formats
import Foundation
import Synchronization

/// The workers of a hunt: hands out segments, waits for all, and puts their results together.
struct HuntCrew: Sendable {
    let book: RuleBook
    let options: HuntOptions
    let evidence: Evidence
    let spill: URL

    /// What is known of containers, and the builder that knowledge came from.
    struct Knowledge: Sendable {
        var context: Context
        var builder: ContextBuilder
        /// Whether it says more of Windows events than what the pass before was given.
        var changesAttribution = false
    }

    /// Reads the sources that speak of containers themselves.
    func runtimePass() async throws -> Knowledge {
        let segments = evidence.segments().filter { evidence.sources[$0.source].format?.speaksOfContainers == true }
        let workers = try await work(segments, pass: .runtime, context: Context(), meter: nil).workers
        var builder = ContextBuilder()
        for worker in workers { builder.merge(worker.builder) }
        return Knowledge(context: builder.finish(), builder: builder)
    }

    /// Matches all sources with what is known.
    func matchPass(context: Knowledge, meter: HuntMeter) async throws -> MatchPass {
        let segments = evidence.segments()
        let done = try await work(segments, pass: .match, context: context.context, meter: meter)
        return MatchPass(segments: segments, results: done.results, workers: done.workers)
    }

    private func work(
        _ segments: [Segment], pass: HuntWorker.Pass, context: Context, meter: HuntMeter?
    ) async throws -> (results: [HuntWorker.SegmentResult?], workers: [HuntWorker]) {
        let work = WorkQueue(segments, of: evidence)
        let count = min(max(1, work.count), Hunt.threads(options.threads))
        let memory = max(1 << 20, options.sortMemory / count)
        return try await withThrowingTaskGroup(of: (HuntWorker, [(Int, HuntWorker.SegmentResult)]).self) { group in
            for number in 0..<count {
                group.addTask {
                    let runs = HitRuns(memory: memory, folder: spill, prefix: "\(pass)-\(number)-\(UUID().uuidString)")
                    var worker = HuntWorker(
                        book: book, options: options, evidence: evidence, context: context, runs: runs)
                    var results: [(Int, HuntWorker.SegmentResult)] = []
                    while let piece = work.take() {
                        for index in piece where !Task.isCancelled {
                            let hitsBefore = worker.hitCount
                            let result = try worker.process(segments[index], index: index, pass: pass)
                            meter?.finished(
                                segments[index], events: result.events, hits: worker.hitCount - hitsBefore)
                            results.append((index, result))
                        }
                        if Task.isCancelled { break }
                    }
                    return (worker, results)
                }
            }
            var all = [HuntWorker.SegmentResult?](repeating: nil, count: segments.count)
            var workers: [HuntWorker] = []
            for try await (worker, results) in group {
                workers.append(worker)
                for (index, result) in results { all[index] = result }
            }
            return (all, workers)
        }
    }
}
