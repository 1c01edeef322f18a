import Events

/// What the record numbers and times of one log, as all sources together show it, say of the log.
struct LogJudge {
    /// A source must show so many records of the log before a hole in it means anything …
    static let fewestRecords: Int64 = 100
    /// … in runs of on average so many: people filter exports by event id or text, which leaves short runs …
    static let densestRun: Int64 = 100
    /// … and with so few holes.
    static let mostHoles = 5
    /// Most restarts and steps of one log.
    static let limit = 20
    /// A restart or a step is explained by a record so close to it.
    static let near: Int64 = 60_000_000_000

    let log: LogName
    let runs: [RecordRun]
    /// Sources that are filtered exports of this log.
    let sparse: Set<SourceNumber>
    let marks: [LogMark]
    /// Sources with damage that loses records.
    let damaged: Set<SourceNumber>
    /// Names of the sources' formats: forwarders and exports lose single records that the file itself has.
    let formats: [SourceNumber: String]
    /// When the log that would tell of a changed clock is there, of this host.
    let clockWitness: [SeenSpan]
    /// When the log that would tell of a cleared log is there, of this host.
    let clearWitness: [SeenSpan]

    /// Runs of all logs of this host.
    let ofHost: [RecordRun]
    let context: Context

    func findings() -> [DerivedEvent] {
        let restarts = restarts()
        var all = restarts.map { derived(restart: $0.old, $0.new) }
        var rest = runs[...]
        for border in restarts.map(\.new.firstTime) + [Timestamp(nanoseconds: .max)] {
            let generation = rest.filter { $0.firstTime < border }
            rest = rest.filter { $0.firstTime >= border }
            all += holes(generation.sorted()) + steps(generation.sorted())
            if let silence = silence(generation.sorted()) { all.append(silence) }
        }
        return all
    }

    // MARK: Numbers that begin again

    /// Two runs that cannot be of one numbering: the later one has numbers that the earlier one had used up before.
    private func restarts() -> [(old: RecordRun, new: RecordRun)] {
        var found: [(old: RecordRun, new: RecordRun)] = []
        let neighbours = Neighbours(runs)
        var top: RecordRun?
        for run in runs.sorted(by: { ($0.firstTime, $0.first, $0.last) < ($1.firstTime, $1.first, $1.last) })
        where run.firstTime != .unknown {
            guard let known = top else {
                top = run
                continue
            }
            let isLater = run.firstTime.nanoseconds > Container.plus(known.lastTime.nanoseconds, RecordNumbers.jitter)
            let isUsed = run.first <= known.last && run.last >= known.first
            let isBeginning = run.first <= 1 && known.last > 1
            if isLater, isUsed || isBeginning, found.count < LogJudge.limit, !neighbours.surround(run) {
                found.append((known, run))
                top = run
            } else if run.last > known.last {
                top = run
            }
        }
        return found
    }

    private func derived(restart old: RecordRun, _ new: RecordRun) -> DerivedEvent {
        let from = Container.minus(old.lastTime.nanoseconds, LogJudge.near)
        let to = Container.plus(new.firstTime.nanoseconds, LogJudge.near)
        let clear = marks.first {
            $0.kind == .cleared && $0.host == log.host && $0.subject == log.channel
                && (from...to).contains($0.time.nanoseconds)
        }
        let covered = log.channel == "security" ? new.first <= 1 : covers(clearWitness, new.firstTime)
        return DerivedEvent(
            time: new.firstTime, host: log.host, service: .integrity, finding: "numbering-restarted",
            detail: "record numbers of \(NeutralText.quoted(log.channel)) go back from \(old.last) to \(new.first)"
                + (clear == nil ? "; no record of a clearing" : "; a clearing is recorded"),
            fields: [
                FactField("Log.Channel", log.channel), FactField("Log.LastRecord", String(old.last)),
                FactField("Log.FirstRecord", String(new.first)), FactField("Gap.Before", old.lastTime.text),
                FactField("Gap.After", new.firstTime.text), FactField("Cleared.Recorded", clear != nil),
                FactField("Log.SameSource", old.source == new.source), FactField("Coverage.Clearing", covered),
            ], places: [old.lastPlace, new.firstPlace] + (clear.map { [$0.place] } ?? []))
    }

    // MARK: Holes

    private func holes(_ runs: [RecordRun]) -> [DerivedEvent] {
        // A hole counts only inside one source: between two exports there may be any number of records.
        var borders: [Int64: (before: RecordRun, after: RecordRun)] = [:]
        let dense = denseSources(runs)
        for (_, own) in dense.sorted(by: { $0.key < $1.key }) {
            var end: RecordRun?
            for run in own {
                defer { if run.last > end?.last ?? -1 { end = run } }
                guard let before = end, run.first > before.last + 1, borders.count < 8 * LogJudge.mostHoles else {
                    continue
                }
                if borders[before.last] == nil { borders[before.last] = (before, run) }
            }
        }
        var found: [DerivedEvent] = []
        for (_, hole) in borders.sorted(by: { $0.key < $1.key }) {
            let missing = missing(between: hole.before.last, hole.after.first, runs)
            let holes = dense[hole.before.source].map { LogJudge.holes(in: $0) } ?? 0
            if missing > 0 { found.append(derived(hole: hole.before, hole.after, missing, holes)) }
        }
        return found.count > LogJudge.mostHoles ? [] : found
    }

    private static func holes(in runs: [RecordRun]) -> Int {
        var end = runs.first?.last ?? 0
        var holes = 0
        for run in runs {
            if run.first > end + 1 { holes += 1 }
            end = max(end, run.last)
        }
        return holes
    }

    /// How many of the numbers between two no source has.
    private func missing(between before: Int64, _ after: Int64, _ runs: [RecordRun]) -> Int64 {
        var missing: Int64 = 0
        var next = before + 1
        for run in runs where run.last >= next && run.first < after {
            missing += max(0, run.first - next)
            next = run.last < .max ? max(next, run.last + 1) : .max
        }
        return missing + max(0, after - next)
    }

    /// Sources that show this log without leaving records out by a filter.
    private func denseSources(_ runs: [RecordRun]) -> [SourceNumber: [RecordRun]] {
        var dense: [SourceNumber: [RecordRun]] = [:]
        for (source, own) in Dictionary(grouping: runs, by: \.source) where !sparse.contains(source) {
            var records: Int64 = 0
            var pieces = 0
            var last: Int64 = -2
            for run in own.sorted() where run.last > last {
                records += run.last - max(run.first, last + 1) + 1
                if run.first > last + 1 { pieces += 1 }
                last = run.last
            }
            if records >= LogJudge.fewestRecords, records >= LogJudge.densestRun * Int64(pieces),
                pieces <= LogJudge.mostHoles + 1
            {
                dense[source] = own.sorted()
            }
        }
        return dense
    }

    private func derived(hole before: RecordRun, _ after: RecordRun, _ missing: Int64, _ holes: Int) -> DerivedEvent {
        let isDamaged = damaged.contains(before.source)
        return DerivedEvent(
            time: after.firstTime == .unknown ? before.lastTime : after.firstTime, host: log.host,
            service: .integrity, finding: "record-gap",
            detail: "\(missing) records of \(NeutralText.quoted(log.channel)) are missing between numbers "
                + "\(before.last) and \(after.first)" + (isDamaged ? "; the file is damaged" : ""),
            fields: [
                FactField("Log.Channel", log.channel), FactField("Log.LastRecord", String(before.last)),
                FactField("Log.FirstRecord", String(after.first)), FactField("Gap.Records", String(missing)),
                FactField("Gap.Before", before.lastTime.text), FactField("Gap.After", after.firstTime.text),
                FactField("Gap.Seconds", Double(seconds(before.lastTime, after.firstTime))),
                FactField("Gap.Damaged", isDamaged), FactField("Gap.Holes", holes),
                FactField("Log.Format", formats[before.source] ?? "unknown"),
            ], places: [before.lastPlace, after.firstPlace])
    }

    // MARK: Clock

    /// Where one record follows another by number and lies before it by time.
    private func steps(_ runs: [RecordRun]) -> [DerivedEvent] {
        var found: [DerivedEvent] = []
        var byFirst: [Int64: [RecordRun]] = [:]
        for run in runs { byFirst[run.first, default: []].append(run) }
        for run in runs where run.last < .max {
            let next = byFirst[run.last + 1]?.first {
                $0.source == run.source && $0.firstTime != .unknown && !RecordRun.follows($0.firstTime, run.lastTime)
            }
            guard let next else { continue }
            // Two exports of one log show the same step.
            let isKnown = found.contains { $0.fields.contains(FactField("Log.LastRecord", String(run.last))) }
            if !isKnown, found.count < LogJudge.limit { found.append(derived(step: run, next)) }
        }
        return found
    }

    private func derived(step before: RecordRun, _ after: RecordRun) -> DerivedEvent {
        let mark = marks.first { mark in
            mark.kind == .clockSet && mark.host == log.host
                && [before.lastTime, after.firstTime].contains {
                    abs(seconds($0, mark.time)) <= LogJudge.near / 1_000_000_000
                }
        }
        let back = seconds(after.firstTime, before.lastTime)
        return DerivedEvent(
            time: after.firstTime, host: log.host, service: .integrity, finding: "clock-step",
            detail:
                "record \(after.first) of \(NeutralText.quoted(log.channel)) is \(back) s before the one in front of it"
                + (mark == nil ? "" : "; the clock was set, which is recorded"),
            fields: [
                FactField("Log.Channel", log.channel), FactField("Log.LastRecord", String(before.last)),
                FactField("Log.FirstRecord", String(after.first)), FactField("Clock.Before", before.lastTime.text),
                FactField("Clock.After", after.firstTime.text), FactField("Clock.BackSeconds", Double(back)),
                FactField("Clock.Explained", mark != nil),
                FactField(
                    "Coverage.Clock", covers(clockWitness, after.firstTime) || covers(clockWitness, before.lastTime)),
            ], places: [before.lastPlace, after.firstPlace] + (mark.map { [$0.place] } ?? []))
    }

    // MARK: Silence

    /// The one pause that is out of the ordinary: three times as long as the second longest, while other logs of the host
    /// went on and containers ran. A machine that was off says nothing anywhere.
    private func silence(_ runs: [RecordRun]) -> DerivedEvent? {
        guard !context.inventory.isEmpty, runs.reduce(0, { $0 + $1.count }) >= LogJudge.fewestRecords else {
            return nil
        }
        var pauses: [Pause] = []
        for (source, own) in Dictionary(grouping: runs, by: \.source).sorted(by: { $0.key < $1.key })
        where !sparse.contains(source) {
            for (before, after) in zip(own, own.dropFirst()) where before.last + 1 == after.first {
                let length = after.firstTime.seconds(since: before.lastTime) ?? 0
                if length > 0 { pauses.append(Pause(before: before, after: after, length: length)) }
            }
        }
        pauses.sort { ($1.length, $0.before) < ($0.length, $1.before) }
        guard let longest = pauses.first else { return nil }
        // The same pause in another copy is no second one.
        let second =
            pauses.first { $0.before.last != longest.before.last }?.length ?? RecordNumbers.pause / 1_000_000_000
        let span = longest.before.lastTime...longest.after.firstTime
        guard longest.length >= 3 * second else { return nil }
        let containers = containers(during: span)
        let heard = ofHost.reduce(0.0) { $1.log == log ? $0 : $0 + $1.records(in: span) }
        guard containers > 0, heard >= Double(LogJudge.fewestRecords) else { return nil }
        return DerivedEvent(
            time: longest.before.lastTime, host: log.host, service: .integrity, finding: "silence",
            detail:
                "\(NeutralText.quoted(log.channel)) says nothing for \(longest.length) s, while other logs of the host go on "
                + "and containers run; its longest pause else is \(second) s",
            fields: [
                FactField("Log.Channel", log.channel), FactField("Gap.Before", longest.before.lastTime.text),
                FactField("Gap.After", longest.after.firstTime.text), FactField("Gap.Seconds", Double(longest.length)),
                FactField("Silence.Usual", Double(second)), FactField("Silence.Containers", containers),
                FactField("Coverage.OtherRecords", heard.rounded()),
            ], places: [longest.before.lastPlace, longest.after.firstPlace])
    }

    /// How many containers ran on the host for the whole of a time.
    private func containers(during span: ClosedRange<Timestamp>) -> Int {
        context.inventory.containers.count { container in
            context.join.mayRun(container, on: log.host)
                && container.state(from: span.lowerBound, to: span.upperBound) == .running
        }
    }

    /// Between two records that follow each other by number.
    private struct Pause {
        var before: RecordRun
        var after: RecordRun
        var length: Int64
    }

    private func covers(_ witness: [SeenSpan], _ time: Timestamp) -> Bool {
        witness.contains { $0.first <= time && time <= $0.last }
    }

    private func seconds(_ from: Timestamp, _ to: Timestamp) -> Int64 {
        guard from != .unknown, to != .unknown else { return 0 }
        let (difference, overflow) = to.nanoseconds.subtractingReportingOverflow(from.nanoseconds)
        return overflow ? 0 : difference / 1_000_000_000
    }
}

extension RecordRun {
    /// About how many of its records lie in a time.
    fileprivate func records(in span: ClosedRange<Timestamp>) -> Double {
        let from = max(firstTime, span.lowerBound)
        let to = min(lastTime, span.upperBound)
        guard from <= to, firstTime != .unknown else { return 0 }
        let whole = Double(lastTime.nanoseconds) - Double(firstTime.nanoseconds)
        let part = Double(to.nanoseconds) - Double(from.nanoseconds)
        return whole > 0 ? Double(count) * part / whole : Double(count)
    }
}

/// The runs of a log by where they begin and end.
private struct Neighbours {
    private struct Border: Hashable {
        var source: SourceNumber
        var number: Int64
    }

    /// When the run that ends with a number ended.
    private var ends: [Border: Timestamp] = [:]
    /// When the run that begins with a number began.
    private var starts: [Border: Timestamp] = [:]

    init(_ runs: [RecordRun]) {
        for run in runs {
            let end = Border(source: run.source, number: run.last)
            ends[end] = min(ends[end] ?? run.lastTime, run.lastTime)
            let start = Border(source: run.source, number: run.first)
            starts[start] = min(starts[start] ?? run.firstTime, run.firstTime)
        }
    }

    /// Whether a run of its source that is earlier by time touches `run` by number: then its clock was wrong, and its
    /// numbers go on.
    func surround(_ run: RecordRun) -> Bool {
        if run.first > .min, let end = ends[Border(source: run.source, number: run.first - 1)], end < run.firstTime {
            return true
        }
        guard run.last < .max, let start = starts[Border(source: run.source, number: run.last + 1)] else {
            return false
        }
        return start < run.firstTime
    }
}
