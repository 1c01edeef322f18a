import Crypto
import Events

/// Recognises an event that the evidence tells of twice, so that it counts once: the same record in two files, or one
/// event in two exports.
///
/// The same event is: a record with the same bytes (but for files, which are the same in many places: two places are two
/// events); or the same record id of the same channel and host in the same
/// second; or the same time, host and fields. Without a record id it must come from two sources: a source that has a line
/// twice says that it happened twice, and the second copy of it in another source is that second time. Times of exports
/// are cut to the second at worst, so what lies further apart is forgotten.
struct DuplicateEvents {
    /// How far apart in time copies are looked for, nanoseconds.
    static let span: Int64 = 1_000_000_000
    /// Most marks remembered at a time; beyond, the older half is forgotten.
    static let limit = 1 << 16

    /// What is new in a hit.
    struct Admission {
        /// The event's number, from 1; the same for all copies.
        var token: UInt64
        /// Rules that no copy before has hit.
        var rules: [Int32]
    }

    private struct Mark: Hashable {
        var bytes: [UInt8]
        /// Counts what is the same within one source.
        var ordinal: Int32
    }

    private struct Occurrence: Hashable {
        var bytes: [UInt8]
        var source: Int32
    }

    private struct Generation {
        var start: Int64 = .min
        var events: [Mark: Int] = [:]
        var occurrences: [Occurrence: Int32] = [:]
    }

    private struct Entry {
        var token: UInt64
        var rules: Set<Int32>
    }

    private let isNeeded: Bool
    private let files: Set<Int32>
    private var tokens: UInt64 = 0
    private var current = Generation()
    private var previous = Generation()
    private var entries: [Int: Entry] = [:]
    private var previousFirst = 0
    private var currentFirst = 0
    private var next = 0

    /// - Parameters:
    ///   - sources: How many sources the evidence has.
    ///   - files: Those whose record is the file itself.
    init(sources: Int, files: Set<Int32> = []) {
        isNeeded = sources > 1
        self.files = files
    }

    /// Takes the next hit in order of time. O(size of the hit).
    mutating func admit(_ hit: HitEvent) -> Admission {
        guard isNeeded else {
            tokens += 1
            return Admission(token: tokens, rules: hit.rules)
        }
        turn(to: hit.key.time)
        let marks = marks(of: hit)
        guard let known = number(of: marks), var entry = entries[known] else { return enter(hit, marks) }
        let new = hit.rules.filter { !entry.rules.contains($0) }
        entry.rules.formUnion(new)
        entries[known] = entry
        for mark in marks { current.events[mark] = known }
        return Admission(token: entry.token, rules: new)
    }

    private func number(of marks: [Mark]) -> Int? {
        for mark in marks { if let known = current.events[mark] ?? previous.events[mark] { return known } }
        return nil
    }

    private mutating func enter(_ hit: HitEvent, _ marks: [Mark]) -> Admission {
        tokens += 1
        entries[next] = Entry(token: tokens, rules: Set(hit.rules))
        for mark in marks { current.events[mark] = next }
        next += 1
        return Admission(token: tokens, rules: hit.rules)
    }

    /// Begins a new generation when the time has gone on, or there are too many.
    private mutating func turn(to time: Int64) {
        let (age, overflow) = time.subtractingReportingOverflow(current.start)
        guard overflow || age > DuplicateEvents.span || current.events.count > DuplicateEvents.limit / 2 else { return }
        for index in previousFirst..<currentFirst { entries[index] = nil }
        previousFirst = currentFirst
        currentFirst = next
        previous = current
        current = Generation(start: time)
    }

    private mutating func marks(of hit: HitEvent) -> [Mark] {
        var marks: [Mark] = []
        let host = hit.host.lowercased()
        if hit.eventRecordID >= 0, let channel = DuplicateEvents.value("Channel", of: hit) {
            let provider = DuplicateEvents.value("Provider_Name", of: hit) ?? ""
            let number = DuplicateEvents.value("EventID", of: hit) ?? ""
            // Down to the whole second also before 1970.
            let second = Int64((Double(hit.key.time) / Double(DuplicateEvents.span)).rounded(.down))
            let text = "n\0\(second)\0\(host)\0\(channel)\0\(provider)\0\(number)\0\(hit.eventRecordID)"
            marks.append(Mark(bytes: Array(text.lowercased().utf8), ordinal: 0))
        }
        if hit.length > 0, !files.contains(hit.key.source) { marks.append(counted(hit.rawHash, hit)) }
        marks.append(counted(DuplicateEvents.digest(of: hit, host: host), hit))
        return marks
    }

    /// The mark of what may come several times within one source.
    private mutating func counted(_ bytes: [UInt8], _ hit: HitEvent) -> Mark {
        let occurrence = Occurrence(bytes: bytes, source: hit.key.source)
        let before = current.occurrences[occurrence] ?? previous.occurrences[occurrence] ?? 0
        current.occurrences[occurrence] = before + 1
        return Mark(bytes: bytes, ordinal: before + 1)
    }

    /// SHA-256 over time, host and fields in the order of their names.
    private static func digest(of hit: HitEvent, host: String) -> [UInt8] {
        var writer = ByteRecordWriter()
        writer.append(hit.key.time)
        writer.append(host)
        writer.append(hit.fields.sorted { ($0.name, $0.values.count) < ($1.name, $1.values.count) })
        return Array(SHA256.hash(data: writer.bytes))
    }

    private static func value(_ name: String, of hit: HitEvent) -> String? {
        hit.fields.first { $0.name == name }?.values.first
    }
}
