/// A pattern of a whole name with `*` and `?`, without case.
struct NamePattern: Sendable, Equatable {
    private let pattern: [Character]

    init(_ text: String) { pattern = Array(text.lowercased()) }

    /// Whether the whole name fits; an empty name fits nothing. O(pattern × name) at worst, without recursion.
    func matches(_ name: String) -> Bool {
        guard !name.isEmpty else { return false }
        let text = Array(name.lowercased())
        var (position, index) = (0, 0)
        var retry: (pattern: Int, text: Int)?
        while position < text.count {
            if index < pattern.count, pattern[index] == "*" {
                retry = (index, position)
                index += 1
            } else if index < pattern.count, pattern[index] == "?" || pattern[index] == text[position] {
                index += 1
                position += 1
            } else if let (star, start) = retry {
                // The last star takes one character more.
                retry = (star, start + 1)
                index = star + 1
                position = start + 1
            } else {
                return false
            }
        }
        return pattern[index...].allSatisfy { $0 == "*" }
    }
}
