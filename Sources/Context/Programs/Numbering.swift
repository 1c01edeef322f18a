/// Dense numbers for texts.
struct Numbering: Sendable {
    private(set) var texts: [String] = []
    private var numbers: [String: Int32] = [:]

    /// The number of a text, a new one if it has none.
    mutating func number(_ text: String) -> Int32 {
        if let known = numbers[text] { return known }
        let number = Int32(texts.count)
        texts.append(text)
        numbers[text] = number
        return number
    }

    /// The number of a text; nil if it has none.
    subscript(text: String) -> Int32? { numbers[text] }
}
