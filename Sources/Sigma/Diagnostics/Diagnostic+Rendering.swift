extension Diagnostic {
    /// The longest piece of a source line that is shown, in scalars; a longer line is cut around the place.
    public static let shownWidth = 100

    /// The diagnostic with the line it is about, a caret under the place, and the hint:
    ///
    /// ```
    /// error[SIG012 unknown-modifier]: unknown modifier 'containz'
    ///   --> rules/a.yml:9:9
    ///    |
    ///  9 |         CommandLine|containz: whoami
    ///    |         ^
    ///    = hint: did you mean 'contains'?
    /// ```
    ///
    /// Control characters of the file and of the rule are shown as `·`, so that a rule cannot write to a terminal.
    /// - Parameter source: the text of the file, if at hand.
    public func rendered(source: String? = nil) -> String {
        var lines = ["\(severity.rawValue)[\(code.rawValue) \(code.slug)]: \(Self.visible(message))"]
        let number = place.line > 0 ? String(place.line) : ""
        let gutter = String(repeating: " ", count: number.count + 1)
        let position = place.line > 0 ? ":\(place.line):\(place.column)" : ""
        lines.append("\(gutter)--> \(Self.visible(place.file))\(position)")
        if place.line > 0, let source, let line = Self.line(place.line, of: source) {
            let (text, column) = Self.window(line, around: place.column)
            lines.append("\(gutter) |")
            lines.append(" \(number) | \(text)")
            lines.append("\(gutter) | \(String(repeating: " ", count: column))^")
        }
        if let hint { lines.append("\(gutter) = hint: \(Self.visible(hint))") }
        return lines.joined(separator: "\n")
    }

    private static func line(_ number: Int, of source: String) -> Substring? {
        var current = 1
        var rest = source.unicodeScalars[...]
        while current < number {
            guard let end = rest.firstIndex(of: "\n") else { return nil }
            rest = rest[rest.index(after: end)...]
            current += 1
        }
        return Substring(rest.prefix { $0 != "\n" && $0 != "\r" })
    }

    private static func window(_ line: Substring, around column: Int) -> (text: String, column: Int) {
        let scalars = Array(line.unicodeScalars)
        let place = max(0, min(column - 1, scalars.count))
        let start = place < shownWidth * 3 / 4 ? 0 : place - shownWidth / 2
        let end = min(scalars.count, start + shownWidth)
        var text = String(String.UnicodeScalarView(scalars[min(start, end)..<end]))
        if start > 0 { text = "…" + text }
        if end < scalars.count { text += "…" }
        return (visible(text), place - start + (start > 0 ? 1 : 0))
    }

    private static func visible(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: out.append("·")
            default: out.append(scalar)
            }
        }
        return String(out)
    }
}
