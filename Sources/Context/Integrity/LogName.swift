/// Which log of which machine: what record numbers count in.
struct LogName: Hashable, Comparable, Sendable, Codable {
    /// The host as the records name it, lower case.
    var host: String
    /// The channel, lower case.
    var channel: String

    static func < (left: LogName, right: LogName) -> Bool {
        left.host == right.host ? left.channel < right.channel : left.host < right.host
    }
}
