import Bytes
import Context
import Events
import Formats
import Foundation

/// The workers of a hunt: hands out segments, waits for all, and puts their results together.
struct HuntCrew: Sendable {
    let book: RuleBook
    var options: HuntOptions
    let evidence: Evidence
    let spill: URL
    let baseline: Baseline?

    /// What is known of containers, and the builder that knowledge came from.
    struct Knowledge: Sendable {
        var context: Context
        /// Kept where a baseline is to be saved; else it would take as much memory as the context.
        var builder: ContextBuilder?
        var notes: [SourceNote]
    }

    /// Reads the sources that speak of containers themselves, or all others, for the context alone.
    func learn(fromContainerSources speaks: Bool) async throws -> MatchPass {
        let segments = evidence.segments().filter {
            (evidence.sources[$0.source].format?.speaksOfContainers == true) == speaks
        }
        return try await work(segments, pass: .learn, context: Context(), meter: nil)
    }

    /// What follows from everything learned, with the word of a pass over all sources on each of them.
    func knowledge(of builder: consuming ContextBuilder, sources pass: MatchPass) -> Knowledge {
        let notes = (baseline?.notes ?? []) + pass.notes(evidence)
        let kept = options.savedBaselinePath == nil ? nil : builder
        return Knowledge(context: builder.finish(sources: notes), builder: kept, notes: notes)
    }

    /// The day of traces without dates, where the files' own cannot be right, by the sources that a pass read.
    func day(by pass: MatchPass) -> CivilDate? {
        EvidenceDay.inferred(
            from: pass.report(of: evidence).enumerated().map { ($1.last, evidence.sources[$0].modified) })
    }

    /// Matches all sources with what is known. A pass that watches for containers ends when it has seen one.
    func match(context: Context, watching: Bool, meter: HuntMeter) async throws -> MatchPass {
        try await work(
            evidence.segments(), pass: watching ? .matchAndWatch : .match, context: context, meter: meter)
    }

    /// Matches what the context derived. What a baseline led to before this evidence begins was told then.
    func matchDerived(_ context: Context, from first: Timestamp?) throws -> HuntWorker {
        let runs = HitRuns(memory: options.sortMemory, folder: spill, prefix: "derived-\(UUID().uuidString)")
        var worker = HuntWorker(book: book, options: options, evidence: evidence, context: context, runs: runs)
        let derived = baseline == nil ? context.derived : context.derived.filter { $0.time >= first ?? .unknown }
        try worker.process(derived, source: evidence.sources.count, path: path(of:))
        return worker
    }

    /// The path of a source, also of one that only the baseline knows.
    private func path(of source: SourceNumber) -> String {
        if let index = source.priorIndex {
            return baseline.flatMap { $0.paths.indices.contains(index) ? $0.paths[index] : nil } ?? "?"
        }
        guard let index = source.index, evidence.sources.indices.contains(index) else { return "?" }
        return evidence.sources[index].path
    }

    /// Keeps what was learned, if that was asked for.
    func save(_ known: Knowledge) throws(HuntError) {
        guard let path = options.savedBaselinePath, let builder = known.builder else { return }
        let earlier = baseline?.paths.count ?? 0
        let present = known.notes.filter { $0.source.priorIndex == nil }
        try Baseline(
            after: baseline, paths: evidence.sources.map(\.path), notes: present, builder: builder
        ).write(to: path, earlier: earlier)
    }

    private func work(
        _ segments: [Segment], pass: HuntWorker.Pass, context: Context, meter: HuntMeter?
    ) async throws -> MatchPass {
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
                        if pass == .matchAndWatch, worker.sawContainer { work.abandon() }
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
            return MatchPass(segments: segments, results: all, workers: workers)
        }
    }
}
