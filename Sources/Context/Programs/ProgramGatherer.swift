import Events

/// Programs that containers and images ran, and what images declare.
///
/// Gathers in any order and merges in any order with the same result.
struct ProgramGatherer: Sendable, Codable {
    /// Takes in one event; kinds that tell nothing are ignored.
    mutating func observe(_ view: EventView) {}

    /// Takes in what another part gathered.
    mutating func merge(_ other: ProgramGatherer) {}

    /// What follows from everything gathered.
    consuming func finish(_ context: Context) -> ProgramKnowledge { ProgramKnowledge() }
}
