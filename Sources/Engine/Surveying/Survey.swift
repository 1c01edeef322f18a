import Events
public import Formats
import Sigma
public import Strategies

/// Reads evidence to its end without any rule and says what is there.
public struct Survey: Sendable {
    private let evidence: Evidence
    private let reading: ReadingOptions
    private let threads: Int
    private let strategies: [Strategy]

    /// A survey of `evidence` that has not begun.
    ///
    /// - Parameters:
    ///   - threads: Workers; 0 means as many as the machine has.
    ///   - strategies: Whose needs are compared with what is there.
    public init(evidence: Evidence, reading: ReadingOptions, threads: Int, strategies: [Strategy]) {
        self.evidence = evidence
        self.reading = reading
        self.threads = threads
        self.strategies = strategies
    }

    /// Reads everything. A file that cannot be read is a defect of its source.
    public func run() async -> SourceSurvey {
        let segments = evidence.segments()
        let queue = WorkQueue(segments, of: evidence)
        let count = min(max(1, queue.count), Hunt.threads(threads))
        var pieces: [Int: SurveyedPiece] = [:]
        await withTaskGroup(of: [Int: SurveyedPiece].self) { group in
            for _ in 0..<count {
                group.addTask {
                    var reader = BatchReader(evidence: evidence, options: reading)
                    var pieces: [Int: SurveyedPiece] = [:]
                    while !Task.isCancelled, let work = queue.take() {
                        for index in work where !Task.isCancelled {
                            pieces[index] = SurveyedPiece(segments[index], read: &reader)
                        }
                    }
                    return pieces
                }
            }
            for await part in group { pieces.merge(part) { first, _ in first } }
        }
        var survey = put(segments, pieces)
        survey.interrupted = Task.isCancelled
        return survey
    }

    /// Puts the pieces together, in the order of the evidence.
    private func put(_ segments: [Segment], _ pieces: [Int: SurveyedPiece]) -> SourceSurvey {
        var survey = SourceSurvey()
        survey.unread = (evidence.defects + evidence.oversized()).map {
            SourceSurvey.Unread(path: $0.path, code: $0.code, detail: $0.detail)
        }
        var whole = [SurveyedPiece](repeating: SurveyedPiece(), count: evidence.sources.count)
        for index in segments.indices {
            if let piece = pieces[index] { whole[segments[index].source].add(piece) }
        }
        var origins: Set<Origin> = []
        for index in whole.indices {
            origins.formUnion(whole[index].origins.keys)
            survey.sources.append(Survey.source(evidence.sources[index], whole[index]))
        }
        survey.needs = needs(of: origins)
        return survey
    }

    private static func source(_ file: SourceFile, _ piece: SurveyedPiece) -> SourceSurvey.Source {
        var source = SourceSurvey.Source(
            path: file.path, format: file.formatName, certainty: file.certainty.map { "\($0)" } ?? "",
            reason: file.reason, wrapping: file.wrapping, collectedFrom: file.host ?? "",
            originalPath: file.originalPath ?? "", bytes: file.size)
        source.records = piece.records
        source.defects = piece.defects
        source.first = piece.first
        source.last = piece.last
        source.hosts = SurveyedPiece.tallies(piece.hosts)
        source.origins = SurveyedPiece.tallies(piece.originNames())
        return source
    }

    private func needs(of origins: Set<Origin>) -> [SourceSurvey.Need] {
        let kinds = origins.map(Sigma.EventKind.init)
        return strategies.flatMap { strategy in
            strategy.needs.map { need in
                let met = need.sources.filter { source in kinds.contains(where: source.isMet) }
                return SourceSurvey.Need(
                    strategy: strategy.id, id: need.id, title: need.title, why: need.why, commands: need.commands,
                    metBy: met.map(\.text))
            }
        }
    }
}
