import Events

/// Connections, names asked for and bytes moved, by edge.
///
/// Gathers in any order and merges in any order with the same result.
struct FlowGatherer: Sendable, Codable {
    /// Takes in one event; kinds that tell nothing are ignored.
    mutating func observe(_ view: EventView) {}

    /// Takes in what another part gathered.
    mutating func merge(_ other: FlowGatherer) {}

    /// What follows from everything gathered.
    consuming func finish(_ context: Context) -> FlowKnowledge { FlowKnowledge() }
}
