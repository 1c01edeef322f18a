import Events

/// What the judging of logs needs to know of each origin of a vocabulary, looked up once.
struct OriginTable: Sendable {
    /// What to look for in events of an origin.
    enum Sign: UInt8, Sendable { case nothing, securityCleared, otherCleared, clockSet, engineLog }

    /// By origin: number of its channel in ``channels``; -1 for none.
    private(set) var channelOfOrigin: [Int32] = []
    /// Names of channels, lower case.
    private(set) var channels: [String] = []
    /// By origin: what its events may tell of logs and clocks.
    private(set) var signs: [Sign] = []
    /// Whether any origin is of interest to ``LogMarks``.
    private(set) var hasSigns = false
    /// Whether any origin has a channel.
    var hasChannels: Bool { !channels.isEmpty }
    private var known: [Origin] = []

    /// Makes the table fit a vocabulary. O(1) when it has not changed since: equal arrays in one storage are not compared
    /// by their elements.
    mutating func fit(_ vocabulary: Vocabulary) {
        guard known != vocabulary.origins else { return }
        self = OriginTable()
        known = vocabulary.origins
        var numbers: [String: Int32] = [:]
        for origin in known {
            let name = NeutralText.cut(ASCII.lowered(origin.channel), to: 256)
            var number = numbers[name] ?? -1
            if number < 0, !name.isEmpty, channels.count < RecordNumbers.logsInBatchLimit {
                number = Int32(channels.count)
                channels.append(name)
                numbers[name] = number
            }
            channelOfOrigin.append(number)
            let sign = OriginTable.sign(of: origin)
            signs.append(sign)
            if sign != .nothing { hasSigns = true }
        }
    }

    private static func sign(of origin: Origin) -> Sign {
        if origin.eventID < 0 {
            return origin.product == "docker" && origin.service == "daemon" ? .engineLog : .nothing
        }
        switch origin.eventID {
        case 1102 where ASCII.equal(origin.channel, "security"): return .securityCleared
        case 104 where ASCII.equal(origin.provider, "microsoft-windows-eventlog"): return .otherCleared
        case 4616 where ASCII.equal(origin.channel, "security"): return .clockSet
        case 1 where ASCII.equal(origin.provider, "microsoft-windows-kernel-general"): return .clockSet
        default: return .nothing
        }
    }
}
