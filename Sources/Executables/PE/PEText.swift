import Bytes

/// How numbers stand in the texts of findings.
enum PEText {
    /// `0x` and upper-case hex digits, as every PE tool writes addresses.
    static func hex(_ value: some BinaryInteger) -> String { "0x" + String(value, radix: 16, uppercase: true) }

    /// Items of a list that are written out.
    static let listed = 4

    /// The first few items, and how many more there are.
    static func list(_ items: [String], limit: Int = listed) -> String {
        guard items.count > limit else { return items.joined(separator: "; ") }
        return items.prefix(limit).joined(separator: "; ") + " and \(items.count - limit) more"
    }

    /// A section name as the file writes it; "(no name)" for eight zero bytes.
    static func name(_ section: PESection) -> String { section.name.isEmpty ? "(no name)" : section.name }

    /// The bytes up to the first zero, at most `limit` of them, as UTF-8.
    static func terminated(_ bytes: RawSpan, at start: Int, limit: Int) -> String {
        var letters: [UInt8] = []
        while letters.count < limit, let letter = bytes.uint8(at: start + letters.count), letter != 0 {
            letters.append(letter)
        }
        return String(decoding: letters, as: UTF8.self)
    }
}
