import Events

/// The time around a moment in which nothing changes that an answer was made of.
///
///     boundary        moment                 boundary
///     ────|──────────────•───────────────────────|────    steady between them, boundaries left out
struct SteadySpan: Sendable {
    private let moment: Int64
    private var from = Int64.min
    private var to = Int64.max

    /// Steady for ever, until a boundary cuts it.
    init(around time: Timestamp) {
        moment = time.nanoseconds
        // An unknown time is no moment among others.
        if time == .unknown { (from, to) = (moment, moment) }
    }

    /// Whether the answer is the same at `time`.
    @inline(__always)
    func contains(_ time: Timestamp) -> Bool {
        from <= time.nanoseconds && time.nanoseconds <= to && (time != .unknown || moment == time.nanoseconds)
    }

    /// Something may change at that time or just after it.
    mutating func cut(at boundary: Int64) {
        if boundary == moment {
            (from, to) = (moment, moment)
        } else if boundary < moment {
            from = max(from, boundary + 1)
        } else {
            to = min(to, boundary - 1)
        }
    }

    /// The name and the state of a container may change when it was renamed, started or ended.
    mutating func cut(by container: Container) {
        for name in container.names {
            cut(at: name.seen.first.nanoseconds)
            cut(at: name.seen.last.nanoseconds)
        }
        for span in container.spans {
            cut(at: span.start)
            cut(at: span.end)
        }
    }

    /// Who ran on a host changes at the nearest boundaries.
    mutating func cut(by timeline: RunTimeline) {
        let near = timeline.boundaries(around: Timestamp(nanoseconds: moment))
        if let before = near.before { cut(at: before) }
        if let after = near.after { cut(at: after) }
    }
}
