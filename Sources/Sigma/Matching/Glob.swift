/// Patterns with inner wildcards as a token program over bytes.
///
/// Encoding of a token: `1` any run, `2` exactly one scalar, `0` + length (2 bytes, low first) + bytes of a literal.
enum Glob {
    private static let literal: UInt8 = 0
    private static let anyRun: UInt8 = 1
    private static let anyOne: UInt8 = 2

    /// The token program; literals are folded unless the pattern minds case.
    static func encode(_ pattern: Pattern) -> [UInt8] {
        var program: [UInt8] = []
        for token in pattern.tokens {
            switch token {
            case .anyRun: program.append(anyRun)
            case .anyOne: program.append(anyOne)
            case .literal(let text):
                let bytes = pattern.cased ? Array(text.utf8) : FoldedText.folded(text)
                var start = 0
                while start < bytes.count {
                    let count = min(bytes.count - start, 0xFFFF)
                    program += [literal, UInt8(count & 0xFF), UInt8(count >> 8)]
                    program += bytes[start..<start + count]
                    start += count
                }
            }
        }
        return program
    }

    /// The longest literal of a pattern, folded, and where it must lie (0 anywhere, 1 start, 2 end).
    static func gate(of pattern: Pattern) -> ([UInt8], UInt8) {
        var best: [UInt8] = []
        var anchor: UInt8 = 0
        for (index, token) in pattern.tokens.enumerated() {
            guard case .literal(let text) = token else { continue }
            let bytes = FoldedText.folded(text)
            guard bytes.count > best.count else { continue }
            best = bytes
            anchor = index == 0 ? 1 : index == pattern.tokens.count - 1 ? 2 : 0
        }
        return (best, anchor)
    }

    /// Whether all of `text[value]` matches the program in `pool[program]`.
    ///
    /// Only the last `*` ever has to be tried again, so the work is at most length × literal length.
    static func matches(
        _ pool: [UInt8], program: Range<Int>, _ text: [UInt8], value: Range<Int>
    ) -> Bool {
        var at = program.lowerBound
        var position = value.lowerBound
        var retryAt = -1
        var retryPosition = 0
        while true {
            if at == program.upperBound {
                if position == value.upperBound { return true }
            } else if pool[at] == anyRun {
                at += 1
                if at == program.upperBound { return true }
                retryAt = at
                retryPosition = position
                continue
            } else if pool[at] == anyOne {
                if position < value.upperBound {
                    position = next(text, position, value.upperBound)
                    at += 1
                    continue
                }
            } else {
                let count = Int(pool[at + 1]) | Int(pool[at + 2]) << 8
                if equal(pool, at + 3, text, position, count, value.upperBound) {
                    at += 3 + count
                    position += count
                    continue
                }
            }
            guard retryAt >= 0, retryPosition < value.upperBound else { return false }
            retryPosition = next(text, retryPosition, value.upperBound)
            at = retryAt
            position = retryPosition
        }
    }

    /// Whether `program` is a well-formed token program (of a decoded cache).
    static func isValid(_ pool: [UInt8], _ program: Range<Int>) -> Bool {
        var at = program.lowerBound
        while at < program.upperBound {
            switch pool[at] {
            case anyRun, anyOne: at += 1
            case literal:
                guard at + 3 <= program.upperBound else { return false }
                at += 3 + (Int(pool[at + 1]) | Int(pool[at + 2]) << 8)
            default: return false
            }
        }
        return at == program.upperBound
    }

    @inline(__always)
    private static func equal(
        _ pool: [UInt8], _ at: Int, _ text: [UInt8], _ position: Int, _ count: Int, _ end: Int
    ) -> Bool {
        guard count <= end - position else { return false }
        var index = 0
        while index < count {
            if pool[at + index] != text[position + index] { return false }
            index += 1
        }
        return true
    }

    /// The position after the scalar at `position`; a byte that starts none counts as one.
    @inline(__always)
    private static func next(_ text: [UInt8], _ position: Int, _ end: Int) -> Int {
        let byte = text[position]
        if byte < 0xC0 { return position + 1 }
        let length = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
        return min(position + length, end)
    }
}
