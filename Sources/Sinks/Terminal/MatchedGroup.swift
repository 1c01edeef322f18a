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

    /// The texts that were looked for, without wildcards at their ends.
    var needles: [String] {
        tests.compactMap { test in
            guard let space = test.firstIndex(of: " ") else { return nil }
            var needle = test[test.index(after: space)...]
            while needle.first == "*" { needle.removeFirst() }
            while needle.last == "*" { needle.removeLast() }
            return String(needle)
        }
    }

    /// The tests in words: `ends with \cmd.exe, contains /c`. A test for the whole value
    /// says nothing that the value does not.
    var wording: String {
        tests.compactMap { test in
            guard let space = test.firstIndex(of: " ") else { return test }
            let operand = test[test.index(after: space)...]
            let words = MatchedGroup.words(for: String(test[..<space]))
            if operand == value { return words == "is" ? nil : words }
            return words + " " + operand
        }.joined(separator: ", ")
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
