/// Which facts are wanted of an event. The container itself always is.
public struct FactSelection: OptionSet, Sendable {
    /// One bit each.
    public let rawValue: UInt8

    /// A selection by its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `Process.…`, `ParentImage`.
    public static let lineage = FactSelection(rawValue: 1)
    /// `Program.…`, `Exec.…`, `Container.UserMismatch`.
    public static let programs = FactSelection(rawValue: 2)
    /// `Flow.…`.
    public static let flows = FactSelection(rawValue: 4)
    /// `Tls.…`, `Caller.…`, `Target.…`, `Write.…`.
    public static let threads = FactSelection(rawValue: 8)
    /// Every fact.
    public static let all: FactSelection = [.lineage, .programs, .flows, .threads]

    /// What gives fields of these names.
    public init(fields names: some Sequence<String>) {
        self = []
        for name in names {
            if name == "ParentImage" || name.hasPrefix("Process.") { insert(.lineage) }
            if name == "Container.UserMismatch" || name.hasPrefix("Program.") || name.hasPrefix("Exec.") {
                insert(.programs)
            }
            if name.hasPrefix("Flow.") { insert(.flows) }
            if FactSelection.threadFields.contains(where: name.hasPrefix) { insert(.threads) }
        }
    }

    private static let threadFields = ["Tls.", "Caller.", "Target.", "Write."]
}
