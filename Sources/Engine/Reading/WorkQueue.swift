import Formats
import Synchronization

/// The work of a pass, shared by its workers: single segments, and whole sources where a decoder must see the segments in
/// order (``Segmentation/sequence(bytes:)``).
final class WorkQueue: Sendable {
    private let pieces: [Range<Int>]
    private let next = Mutex(0)

    /// Queues these segments, which come source by source.
    init(_ segments: [Segment], of evidence: Evidence) {
        var pieces: [Range<Int>] = []
        for (index, segment) in segments.enumerated() {
            if let last = pieces.last, segments[last.lowerBound].source == segment.source,
                case .sequence? = evidence.sources[segment.source].format?.segmentation
            {
                pieces[pieces.count - 1] = last.lowerBound..<(index + 1)
            } else {
                pieces.append(index..<(index + 1))
            }
        }
        self.pieces = pieces
    }

    /// Pieces in all.
    var count: Int { pieces.count }

    /// Leaves what has not been taken: a worker has found out that the pass is in vain.
    func abandon() { next.withLock { $0 = pieces.count } }

    /// Indexes of the segments to read next, in order; nil when nothing is left.
    func take() -> Range<Int>? {
        next.withLock { next in
            guard next < pieces.count else { return nil }
            defer { next += 1 }
            return pieces[next]
        }
    }
}
