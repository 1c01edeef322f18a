/// What a check is: its code and what is said about it wherever it fires.
protocol FindingRule: Hashable, Sendable {
    /// Stable code.
    var code: String { get }
    /// Few words, severity, what ordinary software looks the same.
    var entry: FindingEntry { get }
}

/// One line of a table of checks.
struct FindingEntry: Sendable {
    var title: String
    var severity: Finding.Severity
    var falsePositives: String

    init(_ title: String, _ severity: Finding.Severity, _ falsePositives: String = "") {
        self.title = title
        self.severity = severity
        self.falsePositives = falsePositives
    }
}

/// Gathers findings, at most ``limit`` of a code: the input decides how many there could be.
struct FindingCollector: Sendable {
    /// Findings kept of one code; the rest is counted and said in one line.
    static let limit = 32

    private(set) var findings: [Finding] = []
    private var counts: [String: Int] = [:]

    /// Adds a finding. The severity is the table's unless given.
    mutating func add(
        _ rule: some FindingRule, _ why: @autoclosure () -> String, at place: Finding.Place = Finding.Place(),
        severity: Finding.Severity? = nil, confidence: Finding.Confidence = .certain
    ) {
        let count = counts[rule.code, default: 0] + 1
        counts[rule.code] = count
        guard count <= Self.limit else { return }
        let entry = rule.entry
        findings.append(
            Finding(
                code: rule.code, title: entry.title, severity: severity ?? entry.severity, confidence: confidence,
                why: why(), falsePositives: entry.falsePositives, place: place))
    }

    /// Everything found; codes that were cut off end with a line that says how many more there are. Highest severity
    /// first, else in the order found.
    func sorted() -> [Finding] {
        var all = findings
        for (code, count) in counts where count > Self.limit {
            guard let last = all.last(where: { $0.code == code }) else { continue }
            var note = last
            note.severity = .informational
            note.why = "\(count - Self.limit) more of \(code) are not listed."
            note.place = Finding.Place()
            all.append(note)
        }
        return all.enumerated().sorted { left, right in
            if left.element.severity != right.element.severity { return left.element.severity > right.element.severity }
            if left.element.code != right.element.code, left.offset >= findings.count || right.offset >= findings.count
            {
                return left.element.code < right.element.code
            }
            return left.offset < right.offset
        }.map(\.element)
    }
}

extension FixedWidthInteger {
    /// The number as `0x…`, as it is written in reports.
    var hexText: String { "0x" + String(self, radix: 16) }
}
