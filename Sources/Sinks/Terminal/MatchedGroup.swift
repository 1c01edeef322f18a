import Engine

/// One value of an event with all the tests it satisfied: `contains|all` with three values is three tests of one value.
struct MatchedGroup {
    let field: String
    let value: String
    private(set) var tests: [String]

    /// The matches of an alert, those of the same value together, in order.
    static func groups(of matched: [MatchedValue]) -> [MatchedGroup] {
        var groups: [MatchedGroup] = []
        for match in matched {
            if let known = groups.firstIndex(where: { $0.field == match.field && $0.value == match.value }) {
                if !groups[known].tests.contains(match.test) { groups[known].tests.append(match.test) }
            } else {
                groups.append(MatchedGroup(field: match.field, value: match.value, tests: [match.test]))
            }
        }
        return groups
    }

    /// The texts that were looked for.
    var needles: [String] { tests.compactMap { MatchedGroup.operand(of: $0)?.text } }

    /// The tests in words: `ends with '\cmd.exe', contains '/c'`. A test for the whole value says nothing that the value
    /// does not.
    var wording: String {
        tests.compactMap { test in
            guard let operand = MatchedGroup.operand(of: test) else { return test }
            let isWhole = operand.text.lowercased() == value.lowercased()
            if isWhole, operand.words == "is" { return nil }
            return isWhole ? operand.words : operand.words + " " + operand.written
        }.joined(separator: ", ")
    }

    /// A test taken apart: `endswith '\cmd.exe'` → `ends with`, `'\cmd.exe'`, `\cmd.exe`.
    private static func operand(of test: String) -> (words: String, written: Substring, text: String)? {
        if let open = test.firstIndex(of: "'"), test.last == "'", test.index(after: open) < test.endIndex {
            let verb = test[..<open].trimmingSuffix(" ")
            return (words(for: String(verb)), test[open...], unescaped(test[test.index(after: open)...].dropLast()))
        }
        guard let space = test.firstIndex(of: " ") else { return nil }
        let operand = test[test.index(after: space)...]
        return (words(for: String(test[..<space])), operand, unescaped(operand))
    }

    /// Without the backslashes that Sigma puts before literal wildcards.
    private static func unescaped(_ text: Substring) -> String {
        guard text.contains("\\*") || text.contains("\\?") else { return String(text) }
        var result = ""
        for character in text {
            if character == "*" || character == "?", result.last == "\\" { result.removeLast() }
            result.append(character)
        }
        return result
    }

    private static func words(for test: String) -> String {
        switch test {
        case "endswith": "ends with"
        case "startswith": "starts with"
        case "=", "==", "is", "equals": "is"
        case "re": "matches"
        case "cidr": "lies in"
        case "gt", ">": "above"
        case "gte", ">=": "at least"
        case "lt", "<": "below"
        case "lte", "<=": "at most"
        default: test
        }
    }
}

extension Substring {
    fileprivate func trimmingSuffix(_ character: Character) -> Substring {
        var rest = self
        while rest.last == character { rest.removeLast() }
        return rest
    }
}
