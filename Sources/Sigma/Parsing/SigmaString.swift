/// The value of a string in a rule, while modifiers work on it: tokens, without the case decision.
struct SigmaString: Equatable {
    var tokens: [Pattern.Token]

    /// Reads wildcards and escapes: `\*`, `\?` and `\\` are the characters themselves, any other backslash stands for
    /// itself, also at the end.
    init(parsing text: String) {
        guard text.utf8.contains(where: { $0 == 0x5C || $0 == 0x2A || $0 == 0x3F }) else {
            tokens = text.isEmpty ? [] : [.literal(text)]
            return
        }
        tokens = []
        var literal: [UInt8] = []
        let bytes = Array(text.utf8)
        var index = 0
        func isSpecial(_ byte: UInt8) -> Bool { byte == 0x5C || byte == 0x2A || byte == 0x3F }
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 0x5C {
                let escapes = index + 1 < bytes.count && isSpecial(bytes[index + 1])
                literal.append(escapes ? bytes[index + 1] : byte)
                index += escapes ? 2 : 1
                continue
            }
            if byte == 0x2A || byte == 0x3F {
                if !literal.isEmpty { tokens.append(.literal(String(decoding: literal, as: UTF8.self))) }
                literal.removeAll(keepingCapacity: true)
                tokens.append(byte == 0x2A ? .anyRun : .anyOne)
            } else {
                literal.append(byte)
            }
            index += 1
        }
        if !literal.isEmpty { tokens.append(.literal(String(decoding: literal, as: UTF8.self))) }
    }

    init(tokens: [Pattern.Token]) { self.tokens = tokens }

    init(literal: String) { tokens = literal.isEmpty ? [] : [.literal(literal)] }

    /// The text, when it has no wildcards.
    var literal: String? {
        var text = ""
        for token in tokens {
            guard case .literal(let piece) = token else { return nil }
            text += piece
        }
        return text
    }

    /// With the wildcards of `contains`, `startswith` or `endswith`.
    func anchored(_ modifier: Modifier) -> SigmaString {
        switch modifier {
        case .contains: SigmaString(tokens: [.anyRun] + tokens + [.anyRun])
        case .startswith: SigmaString(tokens: tokens + [.anyRun])
        case .endswith: SigmaString(tokens: [.anyRun] + tokens)
        default: self
        }
    }
}

// MARK: - windash

extension SigmaString {
    /// What a dash at the start of a word is exchanged for: `-`, `/`, en dash, em dash, horizontal bar.
    static let dashes = ["-", "/", "\u{2013}", "\u{2014}", "\u{2015}"]

    /// Every way to write the dashes; `nil` when there would be more than `limit`.
    ///
    /// A dash is exchanged where it is not preceded but followed by a word character (`\B[-/]\b`), seen within one literal.
    func dashVariants(limit: Int) -> [SigmaString]? {
        var variants: [[Pattern.Token]] = [[]]
        for token in tokens {
            guard case .literal(let text) = token else {
                for index in variants.indices { variants[index].append(token) }
                continue
            }
            for piece in Self.splitAtDashes(text) {
                guard let piece else {
                    guard variants.count * Self.dashes.count <= limit else { return nil }
                    variants = variants.flatMap { prefix in Self.dashes.map { prefix + [.literal($0)] } }
                    continue
                }
                for index in variants.indices { variants[index].append(.literal(piece)) }
            }
        }
        return variants.map { SigmaString(tokens: Pattern(tokens: $0).tokens) }
    }

    /// The literal in pieces; `nil` stands for an exchangeable dash.
    private static func splitAtDashes(_ text: String) -> [String?] {
        let scalars = Array(text.unicodeScalars)
        var pieces: [String?] = []
        var piece = String.UnicodeScalarView()
        for (index, scalar) in scalars.enumerated() {
            let isDash = scalar == "-" || scalar == "/"
            let afterWord = index > 0 && isWord(scalars[index - 1])
            let beforeWord = index + 1 < scalars.count && isWord(scalars[index + 1])
            guard isDash, !afterWord, beforeWord else {
                piece.append(scalar)
                continue
            }
            if !piece.isEmpty { pieces.append(String(piece)) }
            pieces.append(nil)
            piece = String.UnicodeScalarView()
        }
        if !piece.isEmpty { pieces.append(String(piece)) }
        return pieces
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return switch scalar.value {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
            default: false
            }
        }
        return switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber:
            true
        default: false
        }
    }
}
