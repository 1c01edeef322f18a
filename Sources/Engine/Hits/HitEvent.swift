import Events

/// An event that satisfied at least one rule, with everything an alert needs, free of the batch it came from.
struct HitEvent: Sendable {
    /// Where the event stands in the final order: time first, then source and offset, so that the order does not
    /// depend on which worker read what.
    struct Key: Comparable, Sendable {
        var time: Int64
        var source: Int32
        var offset: Int64
        /// Distinguishes records of one place (several containers in one inspect document).
        var record: UInt64

        static func < (left: Key, right: Key) -> Bool {
            if left.time != right.time { return left.time < right.time }
            if left.source != right.source { return left.source < right.source }
            if left.offset != right.offset { return left.offset < right.offset }
            return left.record < right.record
        }
    }

    var key: Key
    /// Segment the record number counts in; line numbers become absolute when all segments have been read.
    var segment: Int32
    var length: Int32
    var eventRecordID: Int64
    /// SHA-256 of the raw record.
    var rawHash: [UInt8]
    /// Indices of the rules, ascending.
    var rules: [Int32]
    var host: String
    var container: AlertContainer?
    var fields: [AlertField]
}

extension HitEvent {
    /// The record that the sorter keeps, without the key.
    func encodedPayload() -> [UInt8] {
        var writer = ByteRecordWriter()
        writer.bytes.reserveCapacity(1024)
        writer.append(segment)
        writer.append(length)
        writer.append(eventRecordID)
        writer.append(UInt32(rawHash.count))
        writer.bytes.append(contentsOf: rawHash)
        writer.append(UInt32(rules.count))
        for rule in rules { writer.append(rule) }
        writer.append(host)
        writer.append(container)
        writer.append(fields)
        return writer.bytes
    }

    /// Reads back what ``encodedPayload()`` wrote.
    init(key: Key, payload: [UInt8]) {
        var reader = ByteRecordReader(payload)
        self.key = key
        segment = reader.integer()
        length = reader.integer()
        eventRecordID = reader.integer()
        rawHash = reader.list { $0.integer() }
        rules = reader.list { $0.integer() }
        host = reader.text()
        container = reader.container()
        fields = reader.fields()
    }
}
