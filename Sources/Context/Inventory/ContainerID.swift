/// A container id or a prefix of one: 12 to 64 lower-case hex digits.
///
/// Engines make 64 digits; the default computer name of a Windows container is the first 12 of them, and people and
/// tools shorten ids too. Two ids are *the same container* only when one full id carries the prefix: see
/// ``ContainerInventory/resolve(_:)``.
public struct ContainerID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// Fewest digits that count as an id: fewer are too easily met by chance.
    public static let shortest = 12
    /// Digits of a full id.
    public static let fullLength = 64

    /// The digits, lower case.
    public let text: String

    /// The id in `text`, or nil when it is not 12 to 64 hex digits. Upper case is accepted. O(n).
    public init?(_ text: some StringProtocol) {
        let count = text.utf8.count
        guard count >= ContainerID.shortest, count <= ContainerID.fullLength, text.utf8.allSatisfy(ASCII.isHexDigit)
        else { return nil }
        self.text = ASCII.lowered(text)
    }

    /// Whether all 64 digits are known.
    public var isFull: Bool { text.utf8.count == ContainerID.fullLength }

    /// The first 12 digits: the default computer name.
    public var short: String { String(text.prefix(ContainerID.shortest)) }

    /// Whether `other` is this id or begins with it.
    public func isPrefix(of other: ContainerID) -> Bool { other.text.hasPrefix(text) }

    /// The known digits, lower case, all of them (12 to 64).
    public var description: String { text }

    /// Orders ids by their digits; a prefix comes before the ids it begins.
    public static func < (left: ContainerID, right: ContainerID) -> Bool { left.text < right.text }
}
