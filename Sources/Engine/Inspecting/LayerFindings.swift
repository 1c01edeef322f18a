import Bytes
import Executables

/// Findings on how a file came into a layer.
enum LayerFindings {
    /// Compares two files of any kind.
    static func compare(
        _ new: ExecutableReport, _ newBytes: ByteStorage, with old: ExecutableReport, _ oldBytes: ByteStorage
    ) -> InspectedChange {
        switch (new, old) {
        case (.pe(let new), .pe(let old)):
            let comparison = PEComparison(of: new, newBytes.bytes, against: old, oldBytes.bytes)
            return InspectedChange(relation: .init(comparison.relation), findings: comparison.findings)
        case (.elf(let new), .elf(let old)):
            let comparison = ELFComparison(of: new, newBytes.bytes, against: old, oldBytes.bytes)
            return InspectedChange(relation: .init(comparison.relation), findings: comparison.findings)
        default:
            let isSame =
                newBytes.count == oldBytes.count
                && newBytes.bytes.equals(oldBytes.bytes, at: 0, otherOffset: 0, length: newBytes.count)
            guard !isSame else { return InspectedChange(relation: .identical) }
            let finding = Finding(
                code: "FILE-C02", title: "Replaced by another kind of file", severity: .medium, confidence: .certain,
                why: "\(new.kind.rawValue) \(new.role), the reference is \(old.kind.rawValue) \(old.role)",
                falsePositives: "a program that was replaced by a script's or another system's")
            return InspectedChange(relation: .unrelated, findings: [finding])
        }
    }

    /// A file that the reference does not have.
    static func added(_ report: ExecutableReport) -> Finding {
        finding(
            "FILE-C01", "Executable that the reference does not have", report, why: "no file of this path",
            falsePositives: "programs installed later")
    }

    /// A file that `docker diff` lists.
    static func listed(_ kind: String, _ report: ExecutableReport) -> Finding {
        guard kind == "changed" else {
            return finding(
                "FILE-C03", "Executable added in the container", report, why: "docker diff lists it as added",
                falsePositives: "programs installed or built in the container")
        }
        return Finding(
            code: "FILE-C04", title: "Executable of the image changed in the container", severity: .medium,
            confidence: .likely, why: "docker diff lists it as changed" + tail(report),
            falsePositives: "package upgrades in the container; changed times or owners only")
    }

    /// Presence alone is weak; with an unusual TLS picture it is one step more.
    private static func finding(
        _ code: String, _ title: String, _ report: ExecutableReport, why: String, falsePositives: String
    ) -> Finding {
        Finding(
            code: code, title: title, severity: tail(report).isEmpty ? .low : .medium, confidence: .certain,
            why: why + tail(report), falsePositives: falsePositives)
    }

    /// What is unusual about its thread-local storage.
    private static func tail(_ report: ExecutableReport) -> String {
        let odd = report.findings.filter { $0.severity >= .low && $0.code.hasPrefix("TLS-") }.map(\.code)
        var hints: [String] = []
        if case .pe(let report) = report { hints = report.hints.map(\.kind.rawValue) }
        let all = odd + hints
        return all.isEmpty ? "" : "; unusual in it: " + all.prefix(6).joined(separator: ", ")
    }
}
