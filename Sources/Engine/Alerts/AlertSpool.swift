import Events
import Foundation

/// Alerts on their way, in order: those that fit in memory, the others in a temporary file. What ranks an alert may
/// lie a day after it, so all alerts wait until the last one has been seen.
struct AlertSpool {
    /// Memory before alerts go to the file, bytes.
    static let memory = 16 << 20

    private var buffer: [[UInt8]] = []
    private var bufferedBytes = 0
    private let memory: Int
    private let url: URL
    private var isSpilled = false
    private let rules: [AlertRule]
    private let correlations: [AlertRule]
    private let indices: [ObjectIdentifier: Int32]
    /// Alerts taken.
    private(set) var count = 0

    /// A spool that puts its file into `folder`, which somebody else removes.
    init(rules: [AlertRule], correlations: [AlertRule], folder: URL, memory: Int = AlertSpool.memory) {
        self.rules = rules
        self.correlations = correlations
        self.memory = memory
        url = folder.appending(path: "alerts-\(UUID().uuidString).spool")
        indices = Dictionary(
            (rules + correlations).enumerated().map { (ObjectIdentifier($1), Int32($0)) }, uniquingKeysWith: { $1 })
    }

    /// Takes an alert. Throws when the disk is full.
    mutating func append(_ alert: Alert) throws {
        guard let index = indices[ObjectIdentifier(alert.rule)] else { return }
        let bytes = alert.encoded(rule: index)
        buffer.append(bytes)
        bufferedBytes += bytes.count + 32
        count += 1
        if bufferedBytes > memory { try spill() }
    }

    private mutating func spill() throws {
        var writer = ByteRecordWriter()
        writer.bytes.reserveCapacity(bufferedBytes)
        for bytes in buffer {
            writer.append(UInt32(bytes.count))
            writer.bytes.append(contentsOf: bytes)
        }
        if !isSpilled { try Data().write(to: url) }
        isSpilled = true
        let file = try FileHandle(forWritingTo: url)
        defer { try? file.close() }
        try file.seekToEnd()
        try file.write(contentsOf: writer.bytes)
        buffer.removeAll(keepingCapacity: true)
        bufferedBytes = 0
    }

    /// Gives all alerts back in their order.
    func forEach(_ body: (Alert) throws -> Void) throws {
        if isSpilled {
            let file = try FileHandle(forReadingFrom: url)
            defer { try? file.close() }
            while let head = try file.read(upToCount: 4), head.count == 4 {
                var reader = ByteRecordReader([UInt8](head))
                let length = Int(reader.integer(UInt32.self))
                guard let record = try file.read(upToCount: length), record.count == length else { break }
                if let alert = alert([UInt8](record)) { try body(alert) }
            }
        }
        for bytes in buffer {
            if let alert = alert(bytes) { try body(alert) }
        }
    }

    private func alert(_ bytes: [UInt8]) -> Alert? {
        var reader = ByteRecordReader(bytes)
        let index = Int(reader.integer(Int32.self))
        guard index >= 0, index < rules.count + correlations.count else { return nil }
        return Alert(from: &reader, rule: index < rules.count ? rules[index] : correlations[index - rules.count])
    }
}

extension Alert {
    fileprivate func encoded(rule: Int32) -> [UInt8] {
        var writer = ByteRecordWriter()
        writer.bytes.reserveCapacity(1024)
        writer.append(rule)
        writer.append(id)
        for time in [time, lastTime] { writer.append(time.nanoseconds) }
        writer.append(Int64(count))
        writer.append(host)
        writer.append(container)
        writer.append(fields)
        writer.append(UInt32(matched.count))
        for match in matched { writer.append([match.field, match.value, match.test]) }
        writer.append(place)
        writer.append(rawHash)
        writer.append(members)
        writer.append(UInt32(places.count))
        for place in places { writer.append(place) }
        writer.append(groupBy)
        writer.append(Int64(windowSeconds))
        writer.append(Int32(novelty ?? -1))
        return writer.bytes
    }

    fileprivate init(from reader: inout ByteRecordReader, rule: AlertRule) {
        let id = reader.text()
        let time = Timestamp(nanoseconds: reader.integer())
        let lastTime = Timestamp(nanoseconds: reader.integer())
        let count = Int(reader.integer(Int64.self))
        let host = reader.text()
        let container = reader.container()
        let fields = reader.fields()
        let matched = reader.list { (reader: inout ByteRecordReader) -> MatchedValue in
            let texts = reader.texts()
            guard texts.count == 3 else { return MatchedValue(field: "", value: "", test: "") }
            return MatchedValue(field: texts[0], value: texts[1], test: texts[2])
        }
        let place = reader.place()
        self.init(
            id: id, rule: rule, time: time, host: host, container: container, fields: fields, matched: matched,
            place: place, rawHash: reader.text())
        self.lastTime = lastTime
        self.count = count
        members = reader.texts()
        places = reader.list { $0.place() }
        groupBy = reader.texts()
        windowSeconds = Int(reader.integer(Int64.self))
        let novelty = Int(reader.integer(Int32.self))
        self.novelty = novelty < 0 ? nil : novelty
    }
}
