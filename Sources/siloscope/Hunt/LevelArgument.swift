import ArgumentParser
import Sigma

/// A level as typed: the standard's names and the abbreviations of the field.
struct LevelArgument: ExpressibleByArgument {
    let level: Level

    init(_ level: Level) { self.level = level }

    init?(argument: String) {
        switch argument.lowercased() {
        case "informational", "info": level = .informational
        case "low": level = .low
        case "medium", "med": level = .medium
        case "high": level = .high
        case "critical", "crit": level = .critical
        default: return nil
        }
    }

    var defaultValueDescription: String { level.rawValue }
    static var allValueStrings: [String] { Level.allCases.map(\.rawValue) }
}
