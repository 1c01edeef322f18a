public import Engine
public import Executables
import Sigma

/// What is known of one executable, as a sheet for a terminal. All names in it are the adversary's and neutralised.
public struct InspectionSheet {
    private let file: InspectedFile
    private let style: TerminalStyle
    private let minimum: Finding.Severity
    var lines: [StyledLine] = []
    private static let indent = "  "
    private static let labelWidth = 13
    /// Rows of one list before the rest is only counted; all with `--verbose`.
    var rowLimit: Int { style.isVerbose ? .max : 12 }

    /// The sheet of `file`; findings below `minimum` are left out, except those that say what could not be checked.
    public init(_ file: InspectedFile, minimum: Finding.Severity, style: TerminalStyle) {
        self.file = file
        self.style = style
        self.minimum = minimum
        head()
        switch file.report {
        case .pe(let report): describe(report)
        case .elf(let report): describe(report, file.initialisers)
        case .minidump(let report): describe(report)
        case .broken: break
        }
        change()
        findings()
        lines.append(StyledLine())
    }

    /// The sheet, each line ended.
    public var text: String { lines.map { $0.rendered(style) + "\n" }.joined() }

    private func safe(_ text: String) -> String { TextSafety.visible(text) }

    private mutating func head() {
        lines.append(StyledLine(safe(file.path), .strong))
        let kind = [file.report.kind.title, file.report.role].filter { !$0.isEmpty }.joined(separator: " ")
        row(
            "file",
            [kind, file.report.machine, Quantity.bytes(file.size)].filter { !$0.isEmpty }.joined(separator: ", "))
        if !file.wrapping.isEmpty { row("in", file.wrapping.joined(separator: " › ")) }
        let origin = [file.collectedFrom, file.originalPath].filter { !$0.isEmpty }
        if !origin.isEmpty { row("from", safe(origin.joined(separator: "  "))) }
        if !file.hash.isEmpty { row("sha256", file.hash) }
    }

    /// A labelled text, broken where it does not fit.
    mutating func row(_ label: String, _ text: String, _ ink: Ink = .plain) {
        let width = style.width - Self.indent.count - Self.labelWidth
        for (index, part) in TextLayout.wrapped(text, width: width).enumerated() {
            var line = StyledLine(
                Self.indent + DisplayWidth.pad(index == 0 ? label : "", to: Self.labelWidth), .dim)
            line.append(part, ink)
            lines.append(line)
        }
    }

    /// A list, an item a row; past ``rowLimit`` the rest is counted.
    mutating func list(_ label: String, _ items: [(text: String, isOdd: Bool)]) {
        for (index, item) in items.prefix(rowLimit).enumerated() {
            row(index == 0 ? label : "", safe(item.text), item.isOdd ? .warning : .plain)
        }
        if items.count > rowLimit { row("", "and \(items.count - rowLimit) more (--verbose)", .dim) }
    }

    private mutating func change() {
        guard let change = file.change else { return }
        var text = change.relation.words
        if !change.reference.isEmpty { text += ": " + safe(change.reference) }
        if !change.listed.isEmpty, change.relation != .changed { text += "; docker diff: \(change.listed)" }
        row("reference", text, change.relation == .identical || change.relation == .stampsOnly ? .good : .warning)
    }

    private mutating func findings() {
        let shown = file.findings.filter { $0.severity >= minimum }
        for finding in shown { add(finding) }
        let limits = file.limits.filter { $0.severity < minimum }
        for (index, limit) in limits.prefix(rowLimit).enumerated() {
            row(index == 0 ? "unchecked" : "", safe(limit.why), .dim)
        }
        let hidden = file.findings.count - shown.count - limits.count
        guard shown.isEmpty || hidden > 0 else { return }
        let none = shown.isEmpty ? "none of \(minimum) severity or above" : ""
        let less = hidden > 0 ? "\(hidden) below \(minimum) (--min-severity informational)" : ""
        row("findings", [none, less].filter { !$0.isEmpty }.joined(separator: "; "), shown.isEmpty ? .good : .dim)
    }

    private mutating func add(_ finding: Finding) {
        var line = StyledLine(Self.indent)
        line.append(DisplayWidth.pad(finding.severity.caption, to: 7), .badge(finding.severity.level))
        line.append(" " + DisplayWidth.pad(finding.code, to: 8) + " ", .dim)
        line.append(safe(finding.title), .strong)
        line.append("  \(finding.confidence)", .dim)
        lines += TextLayout.broken(line, width: style.width)
        row("", safe(finding.why))
        var place: [String] = []
        if let address = finding.place.address { place.append("address " + Self.hex(address)) }
        if let offset = finding.place.fileOffset { place.append("file offset " + Self.hex(offset)) }
        if !finding.place.region.isEmpty { place.append(safe(finding.place.region)) }
        if !place.isEmpty { row("  at", place.joined(separator: ", "), .dim) }
        if !finding.falsePositives.isEmpty { row("  else", safe(finding.falsePositives), .dim) }
    }

    static func hex(_ value: some FixedWidthInteger) -> String { "0x" + String(value, radix: 16) }
}

extension ExecutableKind {
    var title: String {
        switch self {
        case .pe: "PE"
        case .elf: "ELF"
        case .minidump: "minidump"
        }
    }
}

extension InspectedChange.Relation {
    /// What the relation means, in words.
    var words: String {
        switch self {
        case .identical: "the same bytes"
        case .stampsOnly: "the same build, stamped or signed again"
        case .patched: "the same code, edited"
        case .rebuilt: "another build or version"
        case .unrelated: "another kind of file"
        case .added: "not in the reference"
        case .changed: "changed"
        }
    }
}

extension Finding.Severity {
    /// The level whose colours it has.
    var level: Level {
        switch self {
        case .informational: .informational
        case .low: .low
        case .medium: .medium
        case .high: .high
        }
    }

    /// As badges show it.
    var caption: String { level.caption }
}
