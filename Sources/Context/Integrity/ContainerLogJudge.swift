import Events

/// Compares the copies of one container's log, and each with what is known of the container.
///
///     before  ────a────b────c────d           a later copy begins behind what an earlier one ended with: truncated
///     after                        e────f    (or rotated, when so much can have been written in between)
///     before  ────a────b────c────d
///     after   ────a──────────────d────e      lines in the middle are gone: removed
struct ContainerLogJudge {
    /// Copies of one container's log that are compared: the first by path.
    static let copyLimit = 12
    /// A filtered copy lacks lines in more places than this, and most of them.
    static let mostCuts = 8
    /// Lines of two streams are stamped and written a little out of order.
    static let jitter: Int64 = 2_000_000_000
    /// A log is taken to be rotated at this size where the container's settings are not known: few choose less.
    static let smallestRotation: Int64 = 1 << 20

    let container: ContainerID
    let known: Container?
    let copies: [ContainerLogCopy]
    /// The size at which the engine rotates the log; nil if it does not.
    let rotationSize: Int64?
    /// Collections, with the last moment that any log in them shows: they were taken after it.
    let takenAfter: [String: Timestamp]
    /// Moments at which the clock was set.
    let clockSet: [Timestamp]

    func findings() -> [DerivedEvent] {
        var all: [DerivedEvent] = []
        // Copies show the same lines.
        for found in copies.compactMap({ backdated($0) })
        where !all.contains(where: { $0.time == found.time && $0.detail == found.detail }) {
            all.append(found)
        }
        if let removed = removed() { all.append(removed) }
        if let truncated = truncated() { all.append(truncated) }
        return all
    }

    private func derived(
        _ finding: String, _ time: Timestamp, _ detail: String, _ fields: [FactField], _ places: [EventPlace]
    ) -> DerivedEvent {
        let name = known?.name(at: time) ?? ""
        var all = [FactField("Container.Id", known?.id.text ?? container.text)]
        if !name.isEmpty { all.append(FactField("Container.Name", name)) }
        if let image = known?.image, !image.isEmpty { all.append(FactField("Container.Image", image)) }
        return DerivedEvent(
            time: time, host: known?.engines.first ?? "", service: .integrity, finding: finding,
            container: known?.id ?? container, detail: detail, fields: all + fields, places: places)
    }

    // MARK: Removed lines

    /// Lines that one copy has, and that another one lacks though it has older and newer ones.
    private func removed() -> DerivedEvent? {
        var missing: [ContainerLogLine.Key: ContainerLogLine] = [:]
        var certain = Timestamp(nanoseconds: .max)
        var lastWith = Timestamp.unknown
        var cuts = 0
        var places: [EventPlace] = []
        var paths: Set<String> = []
        for whole in copies {
            for cut in copies where cut.path != whole.path {
                guard let gone = lines(of: whole, missingIn: cut) else { continue }
                for line in gone.lines where missing[line.key].map({ line.place < $0.place }) ?? true {
                    missing[line.key] = line
                }
                if let end = cut.span?.upperBound { certain = min(certain, end) }
                if let end = whole.span?.upperBound { lastWith = max(lastWith, end) }
                cuts = max(cuts, gone.cuts)
                places += [gone.next.place]
                paths.insert(cut.path)
            }
        }
        let lost = missing.values.sorted { ($0.time, $0.place) < ($1.time, $1.place) }
        guard let first = lost.first, let last = lost.last else { return nil }
        // The earliest copy without the lines, taken after the earliest moment that it shows.
        return derived(
            "log-lines-removed", certain,
            "\(lost.count) lines of \(first.time.text) to \(last.time.text) are gone from a copy of the container's log "
                + "that has older and newer ones",
            [
                FactField("Log.Missing", lost.count), FactField("Log.MissingFrom", first.time.text),
                FactField("Log.MissingTo", last.time.text), FactField("Log.Cuts", cuts),
                FactField("Log.LastWith", lastWith.text), FactField("Log.FirstWithout", certain.text),
                FactField("Log.Path", paths.sorted().prefix(4).map { NeutralText.cut($0, to: 512) }),
            ], [first.place] + places.sorted().prefix(2))
    }

    private func lines(of whole: ContainerLogCopy, missingIn cut: ContainerLogCopy)
        -> (lines: [ContainerLogLine], cuts: Int, next: ContainerLogLine)?
    {
        guard let first = whole.span, let second = cut.span else { return nil }
        let from = max(first.lowerBound, second.lowerBound)
        let to = min(first.upperBound, second.upperBound)
        guard from < to else { return nil }
        var there: [ContainerLogLine.Key: Int] = [:]
        for line in cut.lines { there[line.key, default: 0] += 1 }
        var gone: [ContainerLogLine] = []
        var cuts = 0
        var isGone = false
        var shared = 0
        // The last line of a copy may have been only half written when the copy was made.
        for line in whole.lines.dropLast() where line.time >= from && line.time <= to {
            if let count = there[line.key], count > 0 {
                there[line.key] = count - 1
                shared += 1
                isGone = false
            } else {
                gone.append(line)
                if !isGone { cuts += 1 }
                isGone = true
            }
        }
        // Without a common line the files are not copies of one log; with holes all over, one is a search's result.
        guard let last = gone.last, shared > 0, cuts <= ContainerLogJudge.mostCuts || gone.count < shared else {
            return nil
        }
        guard let next = cut.lines.first(where: { $0.time > last.time }) else { return nil }
        return (gone, cuts, next)
    }

    // MARK: Cut at the front

    private func truncated() -> DerivedEvent? {
        let full = copies.compactMap { copy in copy.span.map { (copy: copy, span: $0) } }
        var best: (time: Timestamp, whole: ContainerLogCopy, lost: Int, cut: ContainerLogCopy)?
        for whole in full {
            for cut in copies where cut.path != whole.copy.path {
                guard let time = moment(of: cut, without: whole.copy, whole.span) else { continue }
                let lost = whole.copy.lines.filter { $0.time < (cut.span?.lowerBound ?? time) }.count
                if best == nil
                    || (time, -lost, cut.path, whole.copy.path)
                        < (best?.time ?? time, -(best?.lost ?? 0), best?.cut.path ?? "", best?.whole.path ?? "")
                {
                    best = (time, whole.copy, lost, cut)
                }
            }
        }
        guard let best, best.lost > 0 else { return nil }
        let before = best.whole.lines.last { $0.time < (best.cut.span?.lowerBound ?? Timestamp(nanoseconds: .max)) }
        let after = best.cut.lines.first
        return derived(
            "log-truncated", best.time,
            "\(best.lost) lines at the beginning of the container's log are gone from a later copy"
                + (after == nil ? ", which is empty" : ""),
            [
                FactField("Log.Missing", best.lost), FactField("Log.Kind", after == nil ? "empty" : "front"),
                FactField("Log.LastBefore", (before?.time ?? .unknown).text),
                FactField("Log.FirstAfter", (after?.time ?? .unknown).text),
                FactField("Log.SizeBefore", String(best.whole.size)), FactField("Log.SizeAfter", String(best.cut.size)),
                FactField("Log.RotationSize", rotationSize.map(String.init) ?? "none"),
                FactField("Log.Path", NeutralText.cut(best.cut.path, to: 512)),
            ], [before?.place, after?.place].compactMap { $0 })
    }

    /// The first moment at which `cut` shows that the front of `whole` is gone; nil when it need not be.
    private func moment(of cut: ContainerLogCopy, without whole: ContainerLogCopy, _ span: ClosedRange<Timestamp>)
        -> Timestamp?
    {
        guard !cut.isRotated, !whole.isRotated, !cut.isCut else { return nil }
        guard let own = cut.span else {
            // An empty file, taken together with logs that are younger than the oldest line that ought to be in it.
            guard cut.size == 0, let taken = takenAfter[cut.collection], cut.collection != whole.collection,
                taken > span.lowerBound, mayNotBeRotated(whole, until: taken)
            else { return nil }
            return taken
        }
        guard own.lowerBound > span.lowerBound, mayNotBeRotated(whole, until: own.lowerBound) else { return nil }
        // A copy that is taken later and still has the front: then `cut` is an extract.
        let isExtract = copies.contains { other in
            guard other.path != cut.path, let theirs = other.span else { return false }
            return theirs.lowerBound <= span.lowerBound && theirs.upperBound >= own.upperBound
        }
        return isExtract ? nil : own.lowerBound
    }

    /// Whether too little can have been written until `time` to fill the log up to the size at which it is rotated, at
    /// ten times the pace of the copy.
    private func mayNotBeRotated(_ whole: ContainerLogCopy, until time: Timestamp) -> Bool {
        guard let rotationSize, let span = whole.span else { return self.rotationSize == nil }
        let seconds = max(1, span.upperBound.seconds(since: span.lowerBound) ?? 1)
        let pause = max(0, time.seconds(since: span.upperBound) ?? .max)
        let pace = Double(whole.size) / Double(seconds)
        return Double(whole.size) + 10 * pace * Double(pause) < Double(rotationSize)
    }

    // MARK: Times

    /// Times that go back from a line to the next one, or lie before the container was created.
    private func backdated(_ copy: ContainerLogCopy) -> DerivedEvent? {
        var latest: ContainerLogLine?
        var back: [(line: ContainerLogLine, before: ContainerLogLine)] = []
        var most: Int64 = 0
        var early: [ContainerLogLine] = []
        let created = known?.created.map { Container.minus($0.nanoseconds, ContainerLogJudge.jitter) }
        var source: SourceNumber = .none
        for line in copy.lines where line.time != .unknown {
            if let created, line.time.nanoseconds < created { early.append(line) }
            if source != line.source { (latest, source) = (nil, line.source) }
            guard let before = latest else {
                latest = line
                continue
            }
            if line.time.nanoseconds < Container.minus(before.time.nanoseconds, ContainerLogJudge.jitter) {
                back.append((line, before))
                most = max(most, before.time.seconds(since: line.time) ?? 0)
            } else if line.time > before.time {
                latest = line
            }
        }
        guard let first = back.first?.line ?? early.first else { return nil }
        let around = back.first?.before
        let isExplained = clockSet.contains { $0.isNear(first.time, within: LogJudge.near) }
        return derived(
            "log-backdated", around?.time ?? first.time,
            back.isEmpty
                ? "\(early.count) lines of the container's log are older than the container"
                : "times in the container's log go back by up to \(most) s in \(back.count) lines",
            [
                FactField("Log.Backdated", Set(back.map(\.line)).union(early).count),
                FactField("Log.BackSeconds", Double(most)), FactField("Log.BeforeCreation", early.count),
                FactField("Log.BackdatedFrom", first.time.text),
                FactField("Log.After", (around?.time ?? .unknown).text),
                FactField("Clock.Explained", isExplained), FactField("Log.Path", NeutralText.cut(copy.path, to: 512)),
            ], [first.place] + (around.map { [$0.place] } ?? []))
    }
}
