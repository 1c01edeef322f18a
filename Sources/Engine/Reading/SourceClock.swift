import Events
import Formats
import Foundation

/// The clock of one source: adds what the user said it was wrong by, and names times that cannot be.
struct SourceClock: Sendable {
    /// No log is older; what stands before is a clock that was not set (FILETIME 0 is 1601).
    private static let earliest: Int64 = 631_152_000 * 1_000_000_000  // 1990-01-01
    private static let day: Int64 = 86_400 * 1_000_000_000

    private var corrections: [ClockCorrection] = []
    private var wholeSource: Int64 = 0
    private var latest = Int64.max

    init() {}

    /// The clock of a file.
    init(_ file: SourceFile, _ corrections: [ClockCorrection]) {
        let path = file.path.lowercased()
        wholeSource = corrections.first { path == $0.source || path.hasSuffix("/" + $0.source) }?.offset ?? 0
        self.corrections = corrections
        // A day of the future is allowed for clocks and zones.
        latest = Int64(Date().timeIntervalSince1970 * 1_000_000_000) + Self.day
    }

    /// Corrects the times of a batch. O(events).
    func correct(_ batch: inout EventBatch) {
        for index in batch.events.indices where batch.events[index].time != .unknown {
            if !corrections.isEmpty { correct(index, &batch) }
            guard !isPossible(batch.events[index].time) else { continue }
            let isLate = batch.events[index].time.nanoseconds > latest
            batch.defects.append(
                Defect(
                    code: "time-impossible", offset: batch.events[index].offset,
                    detail: isLate ? "a time in the future" : "a time before 1990"))
        }
    }

    /// Whether a log may state this time; an unknown time is none.
    func isPossible(_ time: Timestamp) -> Bool { Self.earliest...latest ~= time.nanoseconds }

    private func correct(_ index: Int, _ batch: inout EventBatch) {
        var offset = wholeSource
        let slot = Int(batch.events[index].hostSlot)
        if slot >= 0, slot < batch.slots.count {
            let host = batch.text(of: batch.slots[slot]).lowercased()
            if let correction = corrections.first(where: { $0.source == host }) { offset = correction.offset }
        }
        let (sum, overflow) = batch.events[index].time.nanoseconds.addingReportingOverflow(offset)
        if !overflow { batch.events[index].time = Timestamp(nanoseconds: sum) }
    }
}
