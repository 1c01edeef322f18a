import Events

/// One line of a container's log, as a fingerprint.
struct ContainerLogLine: Hashable, Comparable, Sendable, Codable {
    /// Where it begins in its source.
    var offset: Int64
    /// Number of the source.
    var source: SourceNumber
    /// The line's number in the source, as ``EventPlace/record``.
    var record: UInt64
    /// When it was written, as it says.
    var time: Timestamp
    /// FNV-1a of stream and text.
    var hash: UInt64

    var place: EventPlace { EventPlace(source: source, record: record, offset: offset) }
    /// What makes two lines of two copies the same.
    var key: Key { Key(time: time, hash: hash) }

    struct Key: Hashable {
        var time: Timestamp
        var hash: UInt64
    }

    /// By offset first: a bound then leaves the beginnings of all sources, and not all of some.
    static func < (left: ContainerLogLine, right: ContainerLogLine) -> Bool {
        if left.offset != right.offset { return left.offset < right.offset }
        if left.source != right.source { return left.source < right.source }
        if left.time != right.time { return left.time < right.time }
        if left.hash != right.hash { return left.hash < right.hash }
        return left.record < right.record
    }

    /// The same on every machine and in every run, unlike the standard library's hash.
    static func fingerprint(_ stream: String, _ text: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in stream.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ 0x100) &* 0x100_0000_01B3
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash
    }
}
