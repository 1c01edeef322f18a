import Bytes

/// Collects what changed and gives it the severity that fits the relation of the two files.
struct PEChangeLog {
    let new: PEReport
    let relation: PERelation
    private(set) var findings: [Finding] = []

    init(new: PEReport, relation: PERelation) {
        self.new = new
        self.relation = relation
    }

    /// Adds a change; several of one kind become one finding. `place` is an RVA in the new file.
    /// `ceiling` lowers the severity where something explains the change.
    mutating func add(_ change: PEChange, _ why: String, at rva: UInt64? = nil, ceiling: Finding.Severity = .high) {
        let why = ceiling == .informational ? why + " (hybrid image: its other view may differ; not judged)" : why
        guard let severity = relation == .rebuilt ? change.rebuilt : change.patched else { return }
        if let index = findings.firstIndex(where: { $0.code == change.code }) {
            // Long lists say no more than their first items.
            if findings[index].why.utf8.count < 400 { findings[index].why += "; " + why }
            return
        }
        findings.append(
            Finding(
                code: change.code, title: change.title, severity: min(severity, ceiling),
                confidence: relation == .patched ? .certain : .likely, why: why,
                falsePositives: change.falsePositives,
                place: rva.map { PERules.place($0, new) } ?? Finding.Place()))
    }
}
