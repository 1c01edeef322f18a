import Events

/// What one source says that another one should say too.
///
/// Gathers in any order and merges in any order with the same result.
struct ContradictionGatherer: Sendable, Codable {
    /// Takes in one event; kinds that tell nothing are ignored.
    mutating func observe(_ view: EventView) {}

    /// Takes in what another part gathered.
    mutating func merge(_ other: ContradictionGatherer) {}

    /// What does not go together.
    consuming func finish(_ context: Context) -> [DerivedEvent] { [] }
}
