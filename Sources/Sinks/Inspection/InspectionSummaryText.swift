public import Engine
public import Executables

/// The end of an inspection, for people: what was looked at, what was found, what could not be read.
public struct InspectionSummaryText {
    /// The text, each line ended. All names are neutralised.
    public let text: String
    /// Things not read that are named before the rest is only counted; all with `--verbose`.
    private static let listed = 20

    /// The text of `summary`.
    public init(_ summary: InspectionSummary, minimum: Finding.Severity, style: TerminalStyle) {
        var lines: [StyledLine] = []
        let unread = summary.refused + summary.unread
        let limit = style.isVerbose ? Int.max : Self.listed
        if !unread.isEmpty { lines.append(StyledLine("NOT READ", .warning)) }
        for item in unread.prefix(limit) {
            var line = StyledLine("  " + TextSafety.visible(item.path))
            line.append("  " + TextSafety.visible(item.code + (item.detail.isEmpty ? "" : ": " + item.detail)), .dim)
            lines.append(line)
        }
        if unread.count > limit { lines.append(StyledLine("  and \(unread.count - limit) more (--verbose)", .dim)) }
        var line = StyledLine(Quantity.count(summary.files, "executable"), .strong)
        line.append(" (\(Quantity.bytes(summary.bytes))) looked at")
        let found = summary.files(atOrAbove: minimum)
        line.append(found == 0 ? ", none" : ", " + Quantity.count(found), found == 0 ? .good : .warning)
        line.append(" with findings of \(minimum) severity or above")
        lines.append(line)
        if summary.others > 0 { lines.append(StyledLine(Quantity.count(summary.others, "other file"), .dim)) }
        if summary.references > 0 {
            var line = StyledLine(Quantity.count(summary.references, "executable") + " in the reference", .dim)
            if summary.referencesAlone > 0 {
                line.append(", \(Quantity.count(summary.referencesAlone)) of them not among the inspected files", .dim)
            }
            lines.append(line)
        }
        if summary.interrupted { lines.append(StyledLine("interrupted: not all files were looked at", .warning)) }
        text = lines.map { $0.rendered(style) + "\n" }.joined()
    }
}
