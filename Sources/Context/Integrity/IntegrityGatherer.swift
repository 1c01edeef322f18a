import Events

/// Record numbers, times and contents of logs, from which holes, steps and cuts show.
///
/// Gathers in any order and merges in any order with the same result.
struct IntegrityGatherer: Sendable, Codable {
    /// Takes in all records of a batch of one source. O(events), no allocation for a run of numbers without a hole.
    mutating func observe(_ batch: EventBatch, _ vocabulary: Vocabulary, source: Int32) {}

    /// Takes in one event that tells of a log itself (cleared, stopped), or a line of a container's output.
    mutating func observe(_ view: EventView) {}

    /// Takes in what another part gathered.
    mutating func merge(_ other: IntegrityGatherer) {}

    /// What is wrong with the logs.
    consuming func finish(_ context: Context, sources: [SourceNote]) -> [DerivedEvent] { [] }
}
