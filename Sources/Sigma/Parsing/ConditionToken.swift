/// A parenthesis or a word of a condition.
struct ConditionToken {
    var text: String
    /// Scalars from the start of the condition.
    var offset: Int

    /// Whether it is this keyword (given in lower case), in any case.
    func isWord(_ keyword: String) -> Bool {
        guard text.utf8.count == keyword.utf8.count else { return false }
        return zip(text.utf8, keyword.utf8).allSatisfy { byte, expected in
            byte == expected || ((0x41...0x5A).contains(byte) && byte | 0x20 == expected)
        }
    }

    /// Splits at white space and parentheses.
    static func split(_ text: String) -> [ConditionToken] {
        var tokens: [ConditionToken] = []
        var word = String.UnicodeScalarView()
        var start = 0
        func flush(_ word: inout String.UnicodeScalarView) {
            guard !word.isEmpty else { return }
            tokens.append(ConditionToken(text: String(word), offset: start))
            word = String.UnicodeScalarView()
        }
        for (offset, scalar) in text.unicodeScalars.enumerated() {
            if scalar == "(" || scalar == ")" {
                flush(&word)
                tokens.append(ConditionToken(text: String(scalar), offset: offset))
            } else if scalar.properties.isWhitespace {
                flush(&word)
            } else {
                if word.isEmpty { start = offset }
                word.append(scalar)
            }
        }
        flush(&word)
        return tokens
    }
}

/// A name with `*` for any run of characters.
struct NamePattern {
    private let parts: [[UInt8]]

    init(_ text: String) {
        parts = text.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map(Array.init)
    }

    /// O(length of pattern × length of name).
    func matches(_ name: String) -> Bool {
        var rest = Array(name.utf8)[...]
        guard let first = parts.first, let last = parts.last else { return false }
        guard parts.count > 1 else { return rest.elementsEqual(first) }
        guard rest.starts(with: first) else { return false }
        rest = rest.dropFirst(first.count)
        guard rest.count >= last.count, rest.suffix(last.count).elementsEqual(last) else { return false }
        rest = rest.dropLast(last.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let start = rest.indices.first(where: { rest[$0...].starts(with: part) }) else { return false }
            rest = rest[(start + part.count)...]
        }
        return true
    }
}
