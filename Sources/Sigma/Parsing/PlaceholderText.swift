/// A value with `%name%` placeholders (`expand`). `\%` is a percent sign.
struct PlaceholderText {
    /// What became of it.
    enum Expansion<Value> {
        case values([Value])
        case unresolved(String)
        case tooMany
    }

    private enum Piece {
        case text(String)
        case placeholder(String)
    }

    private var pieces: [Piece] = []

    init(_ text: String) {
        var literal = String.UnicodeScalarView()
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if scalar == "\\", rest.first == "%" {
                rest.removeFirst()
                literal.append("%")
            } else if scalar == "%", let end = rest.firstIndex(of: "%"), Self.isName(rest[..<end]) {
                pieces.append(.text(String(literal)))
                pieces.append(.placeholder(String(rest[..<end])))
                literal = String.UnicodeScalarView()
                rest = rest[rest.index(after: end)...]
            } else {
                literal.append(scalar)
            }
        }
        pieces.append(.text(String(literal)))
    }

    private static func isName(_ scalars: Substring.UnicodeScalarView) -> Bool {
        !scalars.isEmpty
            && scalars.allSatisfy {
                $0.properties.isAlphabetic || ("0"..."9").contains($0) || "_-.".unicodeScalars.contains($0)
            }
    }

    /// As Sigma strings: wildcards in the text and in the values of placeholders keep their meaning.
    func expanded(with table: [String: [String]], limit: Int) -> Expansion<SigmaString> {
        expand(with: table, limit: limit, SigmaString(tokens: [])) { left, right in
            SigmaString(tokens: Pattern(tokens: left.tokens + SigmaString(parsing: right).tokens).tokens)
        }
    }

    /// As plain text, for expressions and networks.
    func expandedText(with table: [String: [String]], limit: Int) -> Expansion<String> {
        expand(with: table, limit: limit, "", +)
    }

    private func expand<Value>(
        with table: [String: [String]], limit: Int, _ empty: Value, _ join: (Value, String) -> Value
    ) -> Expansion<Value> {
        var results = [empty]
        for piece in pieces {
            switch piece {
            case .text(let text):
                if !text.isEmpty { results = results.map { join($0, text) } }
            case .placeholder(let name):
                guard let values = table[name], !values.isEmpty else { return .unresolved(name) }
                guard results.count * values.count <= limit else { return .tooMany }
                results = results.flatMap { prefix in values.map { join(prefix, $0) } }
            }
        }
        return .values(results)
    }
}
