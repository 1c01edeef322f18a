/// How many columns text takes on a terminal, and how to fit it into fewer.
public enum DisplayWidth {
    /// Columns of `text`, which must be free of controls (see ``TextSafety/visible(_:)``). O(length).
    public static func of(_ text: String) -> Int {
        if TextSafety.isPlain(text) { return text.utf8.count }
        var width = 0
        for scalar in text.unicodeScalars { width += columns(of: scalar) }
        return width
    }

    /// `text` padded with spaces to `width` columns; longer text is returned as it is.
    public static func pad(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - of(text)))
    }

    /// `text` padded with spaces in front.
    public static func padStart(_ text: String, to width: Int) -> String {
        String(repeating: " ", count: max(0, width - of(text))) + text
    }

    /// `text` in at most `width` columns; where it is longer, its middle is replaced by `…`, for both the start (the
    /// program) and the end (the argument, the file name) tell more than the middle.
    public static func fit(_ text: String, into width: Int) -> String {
        if of(text) <= width { return text }
        guard width > 1 else { return width == 1 ? "…" : "" }
        let head = (width - 1) * 3 / 5
        return prefix(text, columns: head) + "…" + suffix(text, columns: width - 1 - head)
    }

    /// The longest start of `text` that takes at most `columns` columns.
    public static func prefix(_ text: String, columns limit: Int) -> String {
        var width = 0
        var result = ""
        for character in text {
            width += columns(of: character)
            if width > limit { break }
            result.append(character)
        }
        return result
    }

    /// The longest end of `text` that takes at most `columns` columns.
    public static func suffix(_ text: String, columns limit: Int) -> String {
        var width = 0
        var start = text.endIndex
        while start > text.startIndex {
            let before = text.index(before: start)
            width += columns(of: text[before])
            if width > limit { break }
            start = before
        }
        return String(text[start...])
    }

    /// Columns of a character: that of its scalars together.
    public static func columns(of character: Character) -> Int {
        if character.isASCII { return 1 }
        var width = 0
        for scalar in character.unicodeScalars { width += columns(of: scalar) }
        return width
    }

    /// 2 for the wide and full-width ranges of UAX #11, 0 for marks, else 1.
    private static func columns(of scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0..<0x300: return 1
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
            0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
            0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default:
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark: return 0
            default: return 1
            }
        }
    }
}
