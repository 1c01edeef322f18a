/// Makes text that an adversary may have written safe to show, and shows that it was not.
///
/// Logs are written by the adversary: a command line may carry terminal escapes (which can rewrite the screen or the
/// clipboard), right-to-left overrides (`cod.exe` shown for `exe.doc`), zero-width characters that break a search, or
/// line ends that forge another alert. Nothing is dropped; every such character is shown as a visible stand-in:
///
///     ESC, NUL, TAB, LF…     ␛ ␀ ␉ ␊       (the Control Pictures block)
///     everything else        ⟨U+202E⟩
public enum TextSafety {
    /// Most combining marks in a row that are shown as they are; further ones (text that climbs over its neighbours) are
    /// shown by number. No script in use needs more.
    public static let maximumMarks = 3

    /// Whether a character must not reach a screen as it is.
    ///
    /// Controls (C0, DEL, C1), directional formatting (UAX #9: embeddings, overrides, isolates, marks), invisible and
    /// zero-width characters, line and paragraph separators, tags, variation selectors, interlinear annotation.
    public static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...0x1F, 0x7F...0x9F: true
        case 0x20...0x7E: false
        case 0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B...0x180F: true
        case 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F: true
        case 0x2800, 0x3164, 0xFE00...0xFE0F, 0xFEFF, 0xFFA0, 0xFFF0...0xFFFB: true
        case 0xE0000...0xE0FFF: true
        default: false
        }
    }

    /// The text on one line, with every hidden character made visible. O(length); returns the text itself when nothing
    /// needs to change, which is nearly always.
    public static func visible(_ text: String) -> String {
        if isPlain(text) { return text }
        var result = ""
        result.reserveCapacity(text.utf8.count + 16)
        var marks = 0
        for scalar in text.unicodeScalars {
            marks = isMark(scalar) ? marks + 1 : 0
            if isHidden(scalar) || marks > maximumMarks {
                appendStandIn(for: scalar, to: &result)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Whether all bytes are printable ASCII. The common case, decided without decoding.
    static func isPlain(_ text: String) -> Bool {
        for byte in text.utf8 where byte < 0x20 || byte > 0x7E { return false }
        return true
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value >= 0x300 else { return false }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return true
        default: return false
        }
    }

    private static func appendStandIn(for scalar: Unicode.Scalar, to result: inout String) {
        let value = scalar.value
        if value < 0x20, let picture = Unicode.Scalar(0x2400 + value) {
            result.unicodeScalars.append(picture)
        } else if value == 0x7F {
            result += "␡"
        } else {
            let digits = String(value, radix: 16, uppercase: true)
            result += "⟨U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "⟩"
        }
    }
}
