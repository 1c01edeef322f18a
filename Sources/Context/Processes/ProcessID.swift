/// A process id of one host: reused by the system when its process has ended.
public struct ProcessID: Hashable, Comparable, Sendable, Codable {
    /// The number.
    public let number: UInt32

    /// A process id from its number.
    public init(_ number: UInt32) { self.number = number }

    /// A process id as logs write it: decimal (Sysmon) or `0x` hex (Security). O(n).
    public init?(_ text: String) {
        let digits = text.utf8.prefix(24)
        let isHex = digits.starts(with: [0x30, 0x78]) || digits.starts(with: [0x30, 0x58])
        let body = isHex ? digits.dropFirst(2) : digits.dropFirst(0)
        guard !body.isEmpty, let number = UInt32(String(decoding: body, as: UTF8.self), radix: isHex ? 16 : 10) else {
            return nil
        }
        self.number = number
    }

    /// Orders ids by number, which says nothing about when the processes started.
    public static func < (left: ProcessID, right: ProcessID) -> Bool { left.number < right.number }
}
