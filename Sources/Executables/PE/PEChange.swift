/// A kind of difference between a file and its reference, and how much it matters.
struct PEChange: Sendable {
    let code: String
    let title: String
    /// Severity when the code is the same otherwise.
    let patched: Finding.Severity
    /// Severity when the whole file was built anew; nil when it then says nothing.
    let rebuilt: Finding.Severity?
    let falsePositives: String

    /// TLS directory where the reference has none.
    static let appeared = PEChange(
        code: "TLS-C01", title: "TLS directory appeared", patched: .high, rebuilt: .low,
        falsePositives: "packing or protecting the program; another compiler")
    /// No TLS directory where the reference has one.
    static let vanished = PEChange(
        code: "TLS-C02", title: "TLS directory vanished", patched: .medium, rebuilt: .informational,
        falsePositives: "another compiler")
    static let added = PEChange(
        code: "TLS-C03", title: "TLS callback added", patched: .high, rebuilt: .low,
        falsePositives: "packing; a library with thread-local destructors linked in")
    static let retargeted = PEChange(
        code: "TLS-C04", title: "TLS callback points elsewhere", patched: .high, rebuilt: .low, falsePositives: "")
    static let removed = PEChange(
        code: "TLS-C05", title: "TLS callback removed", patched: .medium, rebuilt: .informational, falsePositives: "")
    static let codeChanged = PEChange(
        code: "TLS-C06", title: "Code of a TLS callback changed", patched: .high, rebuilt: nil,
        falsePositives: "hot patches")
    static let arrayMoved = PEChange(
        code: "TLS-C07", title: "TLS callback array moved", patched: .high, rebuilt: .low, falsePositives: "")
    static let directoryMoved = PEChange(
        code: "TLS-C08", title: "TLS directory moved", patched: .high, rebuilt: .low, falsePositives: "")
    static let indexMoved = PEChange(
        code: "TLS-C09", title: "TLS index moved", patched: .medium, rebuilt: nil, falsePositives: "")
    static let template = PEChange(
        code: "TLS-C10", title: "TLS template changed", patched: .medium, rebuilt: nil,
        falsePositives: "edited initial values of thread-local variables")
    static let stamps = PEChange(
        code: "PE-C01", title: "Only stamps or the signature differ", patched: .informational,
        rebuilt: .informational, falsePositives: "")
    static let unrelated = PEChange(
        code: "PE-C02", title: "Not the same program as the reference", patched: .low, rebuilt: .low,
        falsePositives: "a file replaced by one for another processor")
    static let sectionAdded = PEChange(
        code: "PE-C03", title: "Section added", patched: .medium, rebuilt: nil,
        falsePositives: "tools that add resources or signatures of their own")
    static let rights = PEChange(
        code: "PE-C04", title: "Section became writable or executable", patched: .medium, rebuilt: .low,
        falsePositives: "packing")
    static let entryPoint = PEChange(
        code: "PE-C05", title: "Entry point moved", patched: .medium, rebuilt: nil, falsePositives: "packing")
    static let fixed = PEChange(
        code: "PE-C06", title: "Address randomisation switched off", patched: .medium, rebuilt: .low,
        falsePositives: "edited to work around a crash")
    static let content = PEChange(
        code: "PE-C07", title: "Section contents changed", patched: .low, rebuilt: nil,
        falsePositives: "edited resources or configuration")
    static let sectionResized = PEChange(
        code: "PE-C08", title: "Section resized, moved or removed", patched: .low, rebuilt: nil,
        falsePositives: "edited resources")
    static let overlay = PEChange(
        code: "PE-C09", title: "Data behind the sections changed", patched: .informational, rebuilt: nil,
        falsePositives: "signatures, installers")
}
