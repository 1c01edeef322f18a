import Engine
import Events
import Sigma

/// The one thing to do next, from what a hunt found.
struct HuntNextStep {
    var sentence: String
    var command: String?

    /// Alerts that a person reads one by one before a table serves better.
    private static let readable = 50

    static func advice(for report: HuntReport, setting: HuntSummary.Setting) -> HuntNextStep? {
        if report.interrupted { return nil }
        let again = (["siloscope"] + setting.arguments).map(quoted).joined(separator: " ")
        if report.events == 0 {
            return HuntNextStep(
                sentence: "Nothing could be read as events. Point hunt at .evtx files, Docker events, inspect output, "
                    + "or NDJSON.")
        }
        if report.hits == 0 {
            guard let silence = report.silences.max(by: { $0.ruleCount < $1.ruleCount }) else { return nil }
            return HuntNextStep(
                sentence: "Most rules lacked their events (\(silence.reason)): collect them, or add rules with -r DIR.")
        }
        if setting.showsCards, setting.outputPath == nil {
            let isNarrowed =
                setting.minimumLevel >= .high || setting.arguments.contains { $0.hasPrefix("--min-priority") }
            if report.alerts > readable, !isNarrowed {
                return HuntNextStep(
                    sentence: "Begin with the worst:", command: again + " --min-priority high")
            }
            return HuntNextStep(
                sentence: "Keep this as a timeline:", command: again + " -t csv -o timeline.csv")
        }
        return nil
    }

    /// As a shell wants it.
    private static func quoted(_ word: String) -> String {
        let safe = word.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || [0x2B, 0x2C, 0x2D, 0x2E, 0x2F, 0x3A, 0x3D, 0x40, 0x5F].contains(byte)
        }
        return safe && !word.isEmpty
            ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
