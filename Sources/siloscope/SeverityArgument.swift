import ArgumentParser
import Executables

/// A severity of findings as typed.
struct SeverityArgument: ExpressibleByArgument {
    let severity: Finding.Severity

    init(_ severity: Finding.Severity) { self.severity = severity }

    init?(argument: String) {
        switch argument.lowercased() {
        case "informational", "info": severity = .informational
        case "low": severity = .low
        case "medium", "med": severity = .medium
        case "high": severity = .high
        default: return nil
        }
    }

    var defaultValueDescription: String { "\(severity)" }
    static var allValueStrings: [String] { Finding.Severity.allCases.map { "\($0)" } }
}
