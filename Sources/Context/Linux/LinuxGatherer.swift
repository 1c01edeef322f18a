import Events

/// Linux processes of all hosts: starts, ends, parents, and the runtimes' own helpers that name containers.
///
/// Gathers in any order and merges in any order with the same result.
struct LinuxGatherer: Sendable, Codable {
    /// Takes in one event; kinds that tell nothing are ignored.
    mutating func observe(_ view: EventView) {}

    /// Takes in what another part gathered.
    mutating func merge(_ other: LinuxGatherer) {}

    /// What follows from everything gathered.
    consuming func finish(_ context: Context) -> LinuxProcesses { LinuxProcesses() }
}
