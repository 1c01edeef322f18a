import Bytes
public import Context
import Events
public import Formats

/// Reads evidence to its end without any rule and says which containers, and what else of the kind, it tells of.
public struct ContainerSurvey: Sendable {
    /// What was found.
    public struct Result: Sendable {
        /// Everything that the evidence tells of containers and processes.
        public var context: Context
        /// Paths of the sources, by number.
        public var paths: [String]
        /// Whether any source was recognised.
        public var recognisedAny: Bool
        /// Files, folders and archive members that could not be read.
        public var unread: [SourceSurvey.Unread]
        /// Time of the latest event of a source that dates its records; nil if there is none.
        public var last: Timestamp?
        /// Whether it was cancelled and is not complete.
        public var interrupted: Bool
    }

    private let evidence: Evidence
    private let reading: ReadingOptions
    private let threads: Int

    /// A survey of `evidence` that has not begun.
    ///
    /// - Parameter threads: Workers; 0 means as many as the machine has.
    public init(evidence: Evidence, reading: ReadingOptions, threads: Int) {
        self.evidence = evidence
        self.reading = reading
        self.threads = threads
    }

    /// Reads everything. The result is the same on any number of threads.
    public func run() async -> Result {
        let segments = evidence.segments()
        let queue = WorkQueue(segments, of: evidence)
        let count = min(max(1, queue.count), Hunt.threads(threads))
        var builder = ContextBuilder()
        var failures: [Int: String] = [:]
        await withTaskGroup(of: Piece.self) { group in
            for _ in 0..<count {
                group.addTask {
                    var piece = Piece(BatchReader(evidence: evidence, options: reading))
                    while !Task.isCancelled, let work = queue.take() {
                        for index in work where !Task.isCancelled { piece.read(segments[index]) }
                    }
                    return piece
                }
            }
            for await piece in group {
                builder.merge(piece.builder)
                failures.merge(piece.failures) { min($0, $1) }
            }
        }
        let context = builder.finish()
        var unread = (evidence.defects + evidence.oversized()).map {
            SourceSurvey.Unread(path: $0.path, code: $0.code, detail: $0.detail)
        }
        for (source, reason) in failures.sorted(by: { $0.key < $1.key }) {
            unread.append(.init(path: evidence.sources[source].path, code: "unreadable", detail: reason))
        }
        return Result(
            context: context, paths: evidence.sources.map(\.path),
            recognisedAny: evidence.sources.contains { $0.format != nil }, unread: unread,
            last: context.inventory.happenings.last?.happening.time, interrupted: Task.isCancelled)
    }

    /// What one worker read.
    private struct Piece: Sendable {
        var builder = ContextBuilder()
        var failures: [Int: String] = [:]
        private var reader: BatchReader
        private var views = EventReader()

        init(_ reader: BatchReader) { self.reader = reader }

        mutating func read(_ segment: Segment) {
            do { try reader.read(segment) } catch {
                failures[segment.source] = error.description
                return
            }
            let source = SourceNumber(segment.source)
            for head in reader.batch.events {
                if let view = views.told(by: head, in: reader.batch, reader.vocabulary, source: source) {
                    builder.observe(view)
                }
            }
        }
    }
}
