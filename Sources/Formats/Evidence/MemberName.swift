/// Names that archives (and collectors, percent-encoded) give: the adversary's text, only ever shown, never a path.
enum MemberName {
    /// Longest name that is shown, in UTF-8 bytes; the rest becomes `…`.
    static let limit = 4096

    /// The name as text on one line. Bytes that are no UTF-8 become U+FFFD, controls and directional formatting a visible
    /// stand-in, as in every output: `␛`, `⟨U+202E⟩`. O(n).
    static func visible(_ bytes: some Sequence<UInt8>) -> String {
        var name = String(decoding: Array(bytes.prefix(limit + 1)), as: UTF8.self)
        if name.utf8.count > limit { name = String(name.unicodeScalars.prefix(limit - 8)) + "…" }
        if name.isEmpty { return "(no name)" }
        guard name.unicodeScalars.contains(where: isHidden) else { return name }
        var visible = ""
        for scalar in name.unicodeScalars {
            if !isHidden(scalar) {
                visible.unicodeScalars.append(scalar)
            } else if scalar.value < 0x20, let picture = Unicode.Scalar(0x2400 + scalar.value) {
                visible.unicodeScalars.append(picture)
            } else {
                let digits = String(scalar.value, radix: 16, uppercase: true)
                visible += "⟨U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "⟩"
            }
        }
        return visible
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF: true
        default: false
        }
    }
}
