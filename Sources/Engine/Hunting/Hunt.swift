import Bytes
import Context
import Events
import Formats
import Foundation

/// A hunt: evidence in, alerts out.
///
///     find sources ─ learn of containers ─┬─ some: learn from all sources ─ match ──────────────────────────┬─ derived ─ alerts
///                                         └─ none: match, watching for one ─(seen?)─ learn, match again ────┘
///
/// Evidence without any container is read once. Where there are containers, everything is learned before anything is matched,
/// so that an early event is judged with what a late record tells of it. What the context concludes from several records is
/// then matched like one more source.
public struct Hunt: Sendable {
    /// What is asked.
    public var options: HuntOptions

    /// A hunt that has not begun.
    public init(options: HuntOptions) { self.options = options }

    /// Threads to use for a wish of `wished`; 0 means as many as the machine has.
    static func threads(_ wished: Int) -> Int {
        wished > 0 ? wished : max(1, ProcessInfo.processInfo.activeProcessorCount)
    }

    /// Runs to the end of the evidence, or until the task is cancelled, and writes all alerts in their final order.
    ///
    /// - Parameter progress: Called a few times a second from one task at a time.
    /// - Throws: ``HuntError``, or what the sink throws. The sink is finished in every case.
    public func run(
        into sink: inout some AlertSink, progress: @escaping @Sendable (HuntProgress) -> Void = { _ in }
    ) async throws -> HuntReport {
        let clock = HuntClock()
        do {
            let book = try await RuleLoader.load(options)
            let loaded = clock.elapsed
            var report = try await run(book, into: &sink, progress: progress, clock: clock)
            report.ruleLoadSeconds = loaded
            return report
        } catch {
            try? sink.finish()
            throw error
        }
    }

    /// The same with rules that are loaded already.
    public func run(
        _ book: RuleBook, into sink: inout some AlertSink,
        progress: @escaping @Sendable (HuntProgress) -> Void = { _ in }
    ) async throws -> HuntReport {
        try await run(book, into: &sink, progress: progress, clock: HuntClock())
    }

    private func run(
        _ book: RuleBook, into sink: inout some AlertSink, progress: @escaping @Sendable (HuntProgress) -> Void,
        clock: HuntClock
    ) async throws -> HuntReport {
        let evidence = Evidence(paths: options.evidence, options: options.reading.unwrapping)
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let baseline = try options.baselinePath.map { path throws(HuntError) in try Baseline(readingFrom: path) }
        var crew = HuntCrew(
            book: book, options: options, evidence: evidence, spill: folder.url, baseline: baseline)
        let meter = HuntMeter(evidence: evidence, clock: clock, report: progress)

        var learned = try await crew.learn(fromContainerSources: true)
        let inferredDay = options.reading.day == nil ? crew.day(by: learned) : nil
        crew.options.reading.day = options.reading.day ?? inferredDay
        var mustLearn = learned.knowsContainers || baseline != nil || options.savedBaselinePath != nil
        var match = MatchPass(segments: [], results: [], workers: [])
        if !mustLearn {
            match = try await crew.match(context: Context(), watching: true, meter: meter)
            mustLearn = match.sawContainer && !Task.isCancelled
        }
        // What was gathered moves from the workers into one builder: nothing is held twice.
        var builder = baseline?.builder ?? ContextBuilder()
        let known: HuntCrew.Knowledge
        if mustLearn {
            match.discard()
            learned.add(try await crew.learn(fromContainerSources: false))
            learned.takeBuilders { builder.merge($0) }
            known = crew.knowledge(of: consume builder, sources: learned)
            match = try await crew.match(context: known.context, watching: false, meter: meter.again())
        } else {
            learned.takeBuilders { builder.merge($0) }
            match.takeBuilders { builder.merge($0) }
            known = crew.knowledge(of: consume builder, sources: match)
        }
        let context = known.context
        try crew.save(known)

        let firstEvent = match.firstEvent
        match.add(try crew.matchDerived(context, from: firstEvent))
        var report = match.report(evidence: evidence, book: book, options: options)
        report.interrupted = Task.isCancelled
        report.inferredDay = inferredDay?.description ?? ""
        report.containers = context.inventory.containers.count
        var assembly = AlertAssembly(book: book, options: options, match: match, evidence: evidence, spill: folder.url)
        try assembly.run(into: &sink, report: &report)
        try sink.finish()
        report.blindSpots = BlindSpots.of(report, context: context, strategies: book.strategies)
        report.elapsedSeconds = clock.elapsed
        report.cpuSeconds = HuntClock.cpuSeconds
        report.peakMemory = HuntClock.peakMemory
        return report
    }
}

/// A folder for spilled hits that goes away with the hunt.
struct TemporaryFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "siloscope-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    func remove() { try? FileManager.default.removeItem(at: url) }
}
