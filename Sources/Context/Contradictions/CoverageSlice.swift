import Events

/// Ten minutes of a host in which a kind of source said something: what the absence of a record is judged by.
struct CoverageSlice: Hashable, Comparable, Sendable, Codable {
    /// Nanoseconds of a slice.
    static let length: Int64 = 600_000_000_000

    /// The host, or the engine's name; lower case.
    var host: String
    /// Whether process starts are meant, not an engine's records.
    var isProcesses: Bool
    /// Slices since 1970.
    var number: Int64

    init(host: String, isProcesses: Bool, time: Timestamp) {
        self.host = host
        self.isProcesses = isProcesses
        number = CoverageSlice.number(time)
    }

    static func number(_ time: Timestamp) -> Int64 { time.nanoseconds / length }

    static func < (left: CoverageSlice, right: CoverageSlice) -> Bool {
        if left.host != right.host { return left.host < right.host }
        if left.isProcesses != right.isProcesses { return right.isProcesses }
        return left.number < right.number
    }
}
