import Formats
import Synchronization

/// Counts how far the workers have come and reports it a few times a second. Called once per segment, never per event.
final class HuntMeter: Sendable {
    private struct State {
        var bytes: Int64 = 0
        var events = 0
        var hits = 0
        var segmentsLeft: [Int: Int] = [:]
        var filesDone = 0
        var lastReport = -1.0
    }

    private let state: Mutex<State>
    private let evidence: Evidence
    private let clock: HuntClock
    private let report: @Sendable (HuntProgress) -> Void
    private let totalBytes: Int64
    private let recognised: Int

    init(evidence: Evidence, clock: HuntClock, report: @escaping @Sendable (HuntProgress) -> Void) {
        self.evidence = evidence
        self.clock = clock
        self.report = report
        var state = State()
        for segment in evidence.segments() { state.segmentsLeft[segment.source, default: 0] += 1 }
        recognised = state.segmentsLeft.count
        totalBytes = evidence.sources.reduce(0) { $1.format == nil ? $0 : $0 + $1.size }
        self.state = Mutex(state)
    }

    /// A meter from zero, for a second pass.
    func again() -> HuntMeter { HuntMeter(evidence: evidence, clock: clock, report: report) }

    /// A segment has been read.
    func finished(_ segment: Segment, events: Int, hits: Int) {
        let elapsed = clock.elapsed
        let progress: HuntProgress? = state.withLock { state in
            state.bytes += segment.length
            state.events += events
            state.hits += hits
            let left = (state.segmentsLeft[segment.source] ?? 1) - 1
            state.segmentsLeft[segment.source] = left
            if left == 0 { state.filesDone += 1 }
            guard elapsed - state.lastReport > 0.2 else { return nil }
            state.lastReport = elapsed
            let source = evidence.sources[segment.source]
            return HuntProgress(
                bytesDone: state.bytes, bytesTotal: totalBytes, filesDone: state.filesDone, filesTotal: recognised,
                events: state.events, hits: state.hits, currentPath: source.path,
                currentOffset: segment.offset + segment.length, currentSize: source.size, elapsedSeconds: elapsed)
        }
        if let progress { report(progress) }
    }
}
