/// Adversary text made harmless for the sentences of this room: reasons are read in terminals and pages.
enum NeutralText {
    /// Most characters that are quoted.
    static let limit = 160

    /// `text` in double quotes: control, format, bidirectional and private characters as `\u{…}`, cut after
    /// ``limit`` characters. O(limit).
    static func quoted(_ text: String) -> String {
        // Printable ASCII but the quote: as it is.
        if text.utf8.count <= limit, text.utf8.allSatisfy({ $0 &- 0x20 < 0x5F && $0 != 0x22 }) { return "\"\(text)\"" }
        var output = "\""
        var count = 0
        for scalar in text.unicodeScalars {
            if count == limit {
                output += "…"
                break
            }
            count += 1
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
                output += "\\u{" + String(scalar.value, radix: 16) + "}"
            default:
                if scalar == "\"" { output += "\\" }
                output.unicodeScalars.append(scalar)
            }
        }
        return output + "\""
    }

    /// `text` cut to at most `limit` bytes of UTF-8 by leaving out its middle; begin and end are what tells.
    static func cut(_ text: String, to limit: Int) -> String {
        let bytes = text.utf8
        guard bytes.count > limit else { return text }
        let head = limit * 3 / 4
        return String(decoding: bytes.prefix(head), as: UTF8.self) + "…"
            + String(decoding: bytes.suffix(limit - head), as: UTF8.self)
    }
}
