import Bytes
import Events

/// One walk over the records of a batch.
struct RecordScan {
    private struct Key: Hashable {
        var host: Int32
        var channel: Int32
    }

    /// A host's name as it stands in the records.
    private struct Form {
        var bytes: [UInt8]
        var encoding: ValueEncoding
        var host: Int32
    }

    /// Names of hosts that are recognised without making a text of them.
    private static let formLimit = 16

    private let source: SourceNumber
    private let table: OriginTable
    private var hosts: [String] = []
    private var numberOfHost: [String: Int32] = [:]
    private var forms: [Form] = []
    private var lastForm = 0
    /// The run that each log is in, and where it stands.
    private var open: [RecordRun] = []
    private var indexOfLog: [Key: Int] = [:]
    private var closed: [LogName: [RecordRun]] = [:]
    private var current = -1
    private var currentChannel: Int32 = -1

    init(source: SourceNumber, table: OriginTable) {
        self.source = source
        self.table = table
    }

    mutating func read(_ batch: EventBatch) {
        let table = table
        let channels = table.channelOfOrigin.span
        for head in batch.events {
            let number = head.eventRecordID
            let origin = Int(head.origin.index)
            guard UInt64(bitPattern: number) < RecordNumbers.numberLimit, origin < channels.count else { continue }
            let channel = channels[origin]
            guard channel >= 0 else { continue }
            // Hosts are compared only where there are several.
            if channel == currentChannel, forms.count < 2 || isOfLastHost(head, batch), open[current].goesOn(with: head)
            {
                continue
            }
            turn(to: head, channel, batch)
        }
    }

    /// The runs by log.
    mutating func finish() -> [LogName: [RecordRun]] {
        for run in open { closed[run.log, default: []].append(run) }
        return closed
    }

    /// A record that does not follow the one before: of another log, or behind a hole.
    private mutating func turn(to head: EventHead, _ channel: Int32, _ batch: EventBatch) {
        let host = host(of: head, batch)
        let key = Key(host: host, channel: channel)
        let place = EventPlace(source: source, record: head.record, offset: head.offset)
        if let index = indexOfLog[key] {
            (current, currentChannel) = (index, channel)
            if open[index].goesOn(with: head) || open[index].holds(head) { return }
            closed[open[index].log, default: []].append(open[index])
            open[index].begin(with: head, at: place)
            return
        }
        guard open.count < RecordNumbers.logsInBatchLimit else {
            currentChannel = -1
            return
        }
        (current, currentChannel) = (open.count, channel)
        indexOfLog[key] = open.count
        var run = RecordRun(
            log: LogName(host: hosts[Int(host)], channel: table.channels[Int(channel)]), source: source, first: 0,
            last: 0, firstTime: .unknown, lastTime: .unknown, firstPlace: place, lastPlace: place)
        run.begin(with: head, at: place)
        open.append(run)
    }

    // MARK: Hosts

    @inline(__always)
    private func slot(of head: EventHead, _ batch: EventBatch) -> FieldSlot? {
        let index = Int(head.hostSlot)
        return index >= 0 && index < batch.slots.count ? batch.slots[index] : nil
    }

    private func isOfLastHost(_ head: EventHead, _ batch: EventBatch) -> Bool {
        guard let slot = slot(of: head, batch) else { return false }
        return isSame(forms[lastForm], slot, batch)
    }

    private func isSame(_ form: Form, _ slot: FieldSlot, _ batch: EventBatch) -> Bool {
        guard form.encoding == slot.encoding, form.bytes.count == Int(slot.length) else { return false }
        return batch.withBytes(of: slot) { $0.equals(form.bytes, at: 0, from: 0, length: form.bytes.count) }
    }

    /// The number of an event's host in ``hosts``.
    private mutating func host(of head: EventHead, _ batch: EventBatch) -> Int32 {
        guard let slot = slot(of: head, batch) else { return number("") }
        if lastForm < forms.count, isSame(forms[lastForm], slot, batch) { return forms[lastForm].host }
        for index in forms.indices where isSame(forms[index], slot, batch) {
            lastForm = index
            return forms[index].host
        }
        let host = number(NeutralText.cut(ASCII.lowered(batch.text(of: slot)), to: 256))
        var bytes: [UInt8] = []
        batch.withBytes(of: slot) { bytes.append($0) }
        let form = Form(bytes: bytes, encoding: slot.encoding, host: host)
        if forms.count < RecordScan.formLimit {
            lastForm = forms.count
            forms.append(form)
        } else {
            // The last place is for whoever comes.
            lastForm = forms.count - 1
            forms[lastForm] = form
        }
        return host
    }

    private mutating func number(_ host: String) -> Int32 {
        if let known = numberOfHost[host] { return known }
        let number = Int32(hosts.count)
        hosts.append(host)
        numberOfHost[host] = number
        return number
    }
}

extension RecordRun {
    /// Takes in the record that comes next, upwards or (logs written latest first) downwards; false if it does not.
    @inline(__always)
    fileprivate mutating func goesOn(with head: EventHead) -> Bool {
        let number = head.eventRecordID
        if number == last &+ 1 {
            guard RecordRun.isNext(head.time, lastTime) else { return false }
            last = number
            lastTime = head.time
            lastPlace.record = head.record
            lastPlace.offset = head.offset
            return true
        }
        if number == first &- 1 {
            guard RecordRun.isNext(firstTime, head.time) else { return false }
            first = number
            firstTime = head.time
            firstPlace.record = head.record
            firstPlace.offset = head.offset
            return true
        }
        return false
    }

    /// Begins anew with one record.
    fileprivate mutating func begin(with head: EventHead, at place: EventPlace) {
        (first, last) = (head.eventRecordID, head.eventRecordID)
        (firstTime, lastTime) = (head.time, head.time)
        (firstPlace, lastPlace) = (place, place)
    }

    /// Whether a record of one of these numbers is one of these, told twice.
    fileprivate func holds(_ head: EventHead) -> Bool {
        head.eventRecordID >= first && head.eventRecordID <= last && RecordRun.follows(head.time, firstTime)
            && RecordRun.follows(lastTime, head.time)
    }

    /// Whether a record of time `next` goes on with a run that ended at `time`: not before it, and without a long pause.
    /// Unknown times tell nothing.
    @inline(__always)
    fileprivate static func isNext(_ next: Timestamp, _ time: Timestamp) -> Bool {
        let step = UInt64(bitPattern: next.nanoseconds &- time.nanoseconds &+ RecordNumbers.jitter)
        return step < UInt64(RecordNumbers.jitter + RecordNumbers.pause) || next == .unknown || time == .unknown
    }

    /// Whether a record of time `next` may follow one of time `time`. Unknown times tell nothing.
    @inline(__always)
    static func follows(_ next: Timestamp, _ time: Timestamp) -> Bool {
        next.nanoseconds >= time.nanoseconds || next == .unknown
            || next.nanoseconds &- time.nanoseconds >= -RecordNumbers.jitter
    }
}
