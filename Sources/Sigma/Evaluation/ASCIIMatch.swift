/// Matching a pattern where the value and all literals are ASCII and no `?` occurs: nearly every comparison of an
/// explanation. No allocation; the same answers as ``WildcardMatch``, which a test holds it to.
enum ASCIIMatch {
    /// The answer, or nil where the plain way has to be asked: a `?`, or a byte that is not ASCII in value or literals.
    static func matches(_ pattern: Pattern, _ value: String) -> Bool? {
        let text = value.utf8Span.span
        guard isASCII(text) else { return nil }
        var position = 0
        var mayGrow = false
        for (index, token) in pattern.tokens.enumerated() {
            switch token {
            case .anyOne: return nil
            case .anyRun: mayGrow = true
            case .literal(let literal):
                let bytes = literal.utf8Span.span
                guard isASCII(bytes) else { return nil }
                let isLast = index == pattern.tokens.count - 1
                guard let end = find(bytes, in: text, from: position, anywhere: mayGrow, atEnd: isLast, pattern.cased)
                else { return allASCII(pattern) ? false : nil }
                position = end
                mayGrow = false
            }
        }
        return mayGrow || position == text.count
    }

    /// A later literal may still make the question one for the plain way.
    private static func allASCII(_ pattern: Pattern) -> Bool {
        pattern.tokens.allSatisfy {
            switch $0 {
            case .anyOne: false
            case .anyRun: true
            case .literal(let literal): isASCII(literal.utf8Span.span)
            }
        }
    }

    private static func isASCII(_ bytes: Span<UInt8>) -> Bool {
        var all: UInt8 = 0
        for index in bytes.indices { all |= bytes[index] }
        return all < 0x80
    }

    /// Where the literal ends: at `start` exactly, or anywhere after it; the last literal must end the text. The first
    /// place is the right one: what a later one leaves over, a `*` before it could have taken as well.
    private static func find(
        _ literal: Span<UInt8>, in text: Span<UInt8>, from start: Int, anywhere: Bool, atEnd: Bool, _ cased: Bool
    ) -> Int? {
        let last = text.count - literal.count
        guard start <= last else { return nil }
        if atEnd {
            guard anywhere || start == last else { return nil }
            return equals(literal, text, at: last, cased) ? text.count : nil
        }
        guard anywhere else { return equals(literal, text, at: start, cased) ? start + literal.count : nil }
        var at = start
        while at <= last {
            if equals(literal, text, at: at, cased) { return at + literal.count }
            at += 1
        }
        return nil
    }

    private static func equals(_ literal: Span<UInt8>, _ text: Span<UInt8>, at start: Int, _ cased: Bool) -> Bool {
        for index in literal.indices {
            let left = literal[index]
            let right = text[start + index]
            if left == right { continue }
            // Case folds the letters only: the bit that tells the cases apart, where the letter is A…Z or a…z.
            guard !cased, left ^ right == 0x20, (left | 0x20) &- 0x61 < 26 else { return false }
        }
        return true
    }
}
