/// Which programs a hunt found usual, to start later hunts from: ``Context/programBaseline`` gives it,
/// ``ContextBuilder/start(from:)`` takes it. Declarations of images, and per container and program the first and the
/// latest sightings. Coded as JSON or any other way; merging two of the same evidence changes nothing.
public struct ProgramBaseline: Sendable, Codable {
    var gathered: ProgramGatherer

    /// Sightings of a program in a container that are kept: the first, and the latest of the others.
    public static let sightingsPerProgram = 8

    /// An empty baseline.
    public init() { gathered = ProgramGatherer() }

    init(_ gathered: ProgramGatherer) { self.gathered = gathered }

    /// Takes in another baseline. Commutative and associative.
    public mutating func merge(_ other: ProgramBaseline) { gathered.merge(other.gathered) }
}

extension Context {
    /// The programs of this evidence, and of the baseline it started from, as a baseline for later hunts.
    public var programBaseline: ProgramBaseline { ProgramBaseline(programs.baseline) }
}
