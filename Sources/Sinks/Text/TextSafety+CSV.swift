extension TextSafety {
    /// A cell of a CSV file (RFC 4180), quoted where needed, that no spreadsheet takes for a formula.
    ///
    /// A cell that begins, after spaces, with `=`, `+`, `-`, `@` or their full-width twins gets an apostrophe in front
    /// (OWASP, "CSV Injection"); plain numbers such as `-5` are left alone. Tabs and line ends, which OWASP names too, are
    /// made visible before, so a record always stays on one line.
    public static func csvCell(_ text: String) -> String {
        var cell = visible(text)
        if opensFormula(cell) { cell = "'" + cell }
        guard needsQuotes(cell) else { return cell }
        guard cell.utf8.contains(UInt8(ascii: "\"")) else { return "\"" + cell + "\"" }
        return "\"" + cell.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    private static func opensFormula(_ cell: String) -> Bool {
        guard let first = cell.unicodeScalars.first(where: { !$0.properties.isWhitespace }) else { return false }
        switch first {
        case "=", "@", "＝", "＋", "－", "＠": return true
        case "+", "-": return !isNumber(cell)
        default: return false
        }
    }

    /// Sign, digits, and at most one point: nothing that a spreadsheet could run.
    private static func isNumber(_ cell: String) -> Bool {
        var digits = 0
        var points = 0
        for (index, byte) in cell.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
            case UInt8(ascii: "."): points += 1
            case UInt8(ascii: "+"), UInt8(ascii: "-"): if index > 0 { return false }
            default: return false
            }
        }
        return digits > 0 && points <= 1
    }

    private static func needsQuotes(_ cell: String) -> Bool {
        for byte in cell.utf8 {
            switch byte {
            case UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: ";"), UInt8(ascii: "'"), 0x20: return true
            default: continue
            }
        }
        return false
    }
}
