/// Finds a literal that every match of a regular expression contains, so that the expression runs only after the literal
/// was seen.
///
/// Deliberately short-sighted: of alternatives it reads none, and it gives up on whatever it does not know. Too little costs time; too much would lose a detection.
struct RegexLiteral {
    private let scalars: [Unicode.Scalar]
    private var at = 0
    private var run: [Unicode.Scalar] = []
    private var best: [Unicode.Scalar] = []

    /// The longest such literal, folded; empty when none is known.
    static func required(by source: String) -> [UInt8] {
        var reader = RegexLiteral(scalars: Array(source.unicodeScalars))
        guard reader.read(depth: 0) else { return [] }
        var text = ""
        text.unicodeScalars.append(contentsOf: reader.best)
        return FoldedText.folded(text)
    }

    private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

    /// `false` when nothing can be said.
    private mutating func read(depth: Int) -> Bool {
        while at < scalars.count {
            let scalar = scalars[at]
            at += 1
            switch scalar {
            case "|": return false
            case ".", "^", "$": flush()
            case "(":
                flush()
                guard readGroup(depth: depth) else { return false }
            case "[":
                flush()
                guard skipClass() else { return false }
            case "\\":
                guard readEscape() else { return false }
            case "*", "?", "{":
                run = Array(run.dropLast())
                flush()
                if scalar == "{" { skipBraces() }
            case "+": flush()
            default: run.append(scalar)
            }
        }
        flush()
        return true
    }

    private mutating func flush() {
        if run.count > best.count { best = run }
        run = []
    }

    private mutating func readEscape() -> Bool {
        guard at < scalars.count else { return false }
        let scalar = scalars[at]
        at += 1
        guard scalar.isASCII else { return false }
        if scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) {
            flush()
            return "dDwWsSbBAzZtnrfaehHvVR".unicodeScalars.contains(scalar)
        }
        run.append(scalar)
        return true
    }

    /// Reads a group that must take part in every match; one that may be left out says nothing.
    private mutating func readGroup(depth: Int) -> Bool {
        let start = at
        guard skipGroup() else { return false }
        guard depth < Self.maximumDepth, at >= scalars.count || !"?*{".unicodeScalars.contains(scalars[at]) else {
            return true
        }
        var content = scalars[start..<at - 1]
        if content.first == "?" {
            guard let colon = content.firstIndex(of: ":") else { return true }
            content = content[(colon + 1)...]
        }
        var group = RegexLiteral(scalars: Array(content))
        if group.read(depth: depth + 1), group.best.count > best.count { best = group.best }
        return true
    }

    private static let maximumDepth = 8

    /// Skips to behind the parenthesis that closes the group.
    private mutating func skipGroup() -> Bool {
        var depth = 1
        // Settings may change how everything behind them is read (`x` ignores white space); only the plain are known.
        guard !hasUnknownOptions() else { return false }
        while at < scalars.count {
            let scalar = scalars[at]
            at += 1
            switch scalar {
            case "\\":
                if at < scalars.count, scalars[at] == "Q" { return false }
                at += 1
            case "[": guard skipClass() else { return false }
            case "(":
                guard !hasUnknownOptions() else { return false }
                depth += 1
            case ")":
                depth -= 1
                if depth == 0 { return true }
            default: break
            }
        }
        return false
    }

    /// Whether a group starting here is a verb `(*…`, or `(?…` with something else than `i`, `m`, `s`, `-` and an end.
    private func hasUnknownOptions() -> Bool {
        guard at < scalars.count else { return true }
        if scalars[at] == "*" { return true }
        guard scalars[at] == "?" else { return false }
        var index = at + 1
        while index < scalars.count, "ims-".unicodeScalars.contains(scalars[index]) { index += 1 }
        return index >= scalars.count || !":)".unicodeScalars.contains(scalars[index])
    }

    private mutating func skipClass() -> Bool {
        if at < scalars.count, scalars[at] == "^" { at += 1 }
        if at < scalars.count, scalars[at] == "]" { at += 1 }
        while at < scalars.count {
            let scalar = scalars[at]
            at += 1
            switch scalar {
            case "\\":
                if at < scalars.count, scalars[at] == "Q" { return false }
                at += 1
            case "[" where at < scalars.count && ":.=".unicodeScalars.contains(scalars[at]): return false
            case "]": return true
            default: break
            }
        }
        return false
    }

    /// Skips `n,m}` when this is a repetition; a brace that is none was a character, already left out.
    private mutating func skipBraces() {
        var end = at
        while end < scalars.count, ("0"..."9").contains(scalars[end]) || scalars[end] == "," || scalars[end] == " " {
            end += 1
        }
        if end < scalars.count, scalars[end] == "}" { at = end + 1 }
    }
}
