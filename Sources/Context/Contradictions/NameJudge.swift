import Events

/// Names that promise something else than what stands behind them.
struct NameJudge {
    /// A tag is told so close to the commit that makes it.
    static let commitWindow: Int64 = 2_000_000_000
    /// Most findings of each kind.
    static let limit = 1000
    /// Shortest name whose use in another one is a likeness.
    static let shortestName = 4

    let records: [EngineRecord]
    let inspects: [InspectFacts]
    let context: Context

    func findings() -> [DerivedEvent] { commits() + infrastructure() + renames() + reuses() }

    private func derived(
        _ finding: String, _ record: EngineRecord, container: String? = nil, _ detail: String, _ fields: [FactField],
        _ places: [EngineRecord] = []
    ) -> DerivedEvent {
        let id = ContainerID(container ?? record.container)
        var all = [FactField("Container.Name", record.name), FactField("Container.Image", record.image)]
        if let id { all.insert(FactField("Container.Id", id.text), at: 0) }
        return DerivedEvent(
            time: record.time, host: record.engine, service: .contradictions, finding: finding, container: id,
            detail: detail, fields: all + fields, places: [record.place] + places.map(\.place))
    }

    // MARK: Images

    /// A container that was committed under the name of another image, and containers made of that.
    private func commits() -> [DerivedEvent] {
        let tags = records.filter { $0.verb == .tag }
        var forged: [String: EngineRecord] = [:]
        var found: [DerivedEvent] = []
        for commit in records where commit.verb == .commit && found.count < NameJudge.limit {
            // The engine tags the new image just before it tells of the commit. `imageRef` may be a label's invention.
            let from = Container.minus(commit.time.nanoseconds, NameJudge.commitWindow)
            let first = tags.lowerBound(where: { $0.time.nanoseconds >= from })
            let tag = tags[first...].prefix { $0.time <= commit.time }.last { $0.engine == commit.engine }
            let reference = tag?.name ?? commit.detail
            guard let new = ImageName(reference), let old = ImageName(commit.image), new != old else { continue }
            let stood = tags.contains { $0.time < commit.time && $0.name == reference && $0.image != tag?.image }
            forged[commit.engine + "\u{0}" + reference] = commit
            found.append(
                derived(
                    "image-mismatch", commit,
                    "a container of \(NeutralText.quoted(commit.image)) was committed as \(NeutralText.quoted(reference))",
                    [
                        FactField("Image.Kind", "commit"), FactField("Image.Reference", reference),
                        FactField("Image.MadeFrom", commit.image), FactField("Image.Replaced", stood),
                        FactField("Image.WellKnown", new.isWellKnown),
                    ], [tag].compactMap { $0 }))
        }
        guard !forged.isEmpty else { return found }
        for record in records where record.verb == .create && record.isEngine && found.count < 2 * NameJudge.limit {
            guard let commit = forged[record.engine + "\u{0}" + record.image], commit.time <= record.time else {
                continue
            }
            found.append(
                derived(
                    "image-mismatch", record,
                    "the container's image \(NeutralText.quoted(record.image)) was committed from a container of "
                        + NeutralText.quoted(commit.image),
                    [
                        FactField("Image.Kind", "run"), FactField("Image.Reference", record.image),
                        FactField("Image.MadeFrom", commit.image),
                        FactField("Image.WellKnown", ImageName(record.image)?.isWellKnown ?? false),
                    ], [commit]))
        }
        return found
    }

    /// The image of a pod's infrastructure runs one program, and only that.
    private func infrastructure() -> [DerivedEvent] {
        var known: Set<ContainerID> = []
        return inspects.compactMap { facts in
            guard let image = ImageName(facts.image), image.name == "pause" || image.name == "kubernetes-pause",
                !facts.path.isEmpty, HostSign.program(facts.path) != "pause", known.insert(facts.container).inserted
            else { return nil }
            let container = ContainerLogs.known(facts.container, context)
            let time = container?.created ?? facts.started
            return DerivedEvent(
                time: time, host: facts.engine, service: .contradictions, finding: "image-mismatch",
                container: facts.container,
                detail: "the image \(NeutralText.quoted(facts.image)) promises a pod's pause container, and runs "
                    + NeutralText.quoted(facts.path),
                fields: [
                    FactField("Container.Id", facts.container.text),
                    FactField("Container.Name", container?.name(at: time) ?? ""),
                    FactField("Container.Image", facts.image), FactField("Image.Kind", "program"),
                    FactField("Image.Reference", facts.image), FactField("Image.Program", facts.path),
                ], places: [facts.place])
        }
    }

    // MARK: Containers

    private func renames() -> [DerivedEvent] {
        var found: [DerivedEvent] = []
        // Containers as their last record shows them, those that were destroyed left out.
        var living: [String: EngineRecord] = [:]
        var examined = 0
        for record in records where record.isEngine && !record.container.isEmpty {
            // The container's own name in the new one (`web` → `web-old`) is how deployments put one aside.
            let isTelling = record.verb == .rename && (record.detail.isEmpty || !record.name.contains(record.detail))
            if isTelling, examined < NameJudge.limit {
                examined += 1
                if let sibling = sibling(of: record, among: living.values) {
                    found.append(derived(record, like: sibling))
                }
            }
            living[record.container] = record.verb == .destroy ? nil : record
        }
        return found
    }

    private func derived(_ record: EngineRecord, like sibling: EngineRecord) -> DerivedEvent {
        derived(
            "renamed-like-sibling", record,
            "the container was renamed \(NeutralText.quoted(record.name)), which looks like "
                + "\(NeutralText.quoted(sibling.name)) of another image",
            [
                FactField("Name.Old", record.detail), FactField("Name.Sibling", sibling.name),
                FactField("Name.SiblingImage", sibling.image),
            ], [sibling])
    }

    /// A container of another image whose name is a whole part of the new one.
    private func sibling(of record: EngineRecord, among living: some Collection<EngineRecord>) -> EngineRecord? {
        guard let image = ImageName(record.image) else { return nil }
        let alike = living.filter { other in
            guard other.container != record.container, other.engine == record.engine,
                other.name.utf8.count >= NameJudge.shortestName, let range = record.name.firstRange(of: other.name),
                let theirs = ImageName(other.image), theirs != image
            else { return false }
            return record.name.isWhole(range)
        }
        return alike.max { ($0.name.utf8.count, $1.container) < ($1.name.utf8.count, $0.container) }
    }

    /// A name that a container of quite another image had before.
    private func reuses() -> [DerivedEvent] {
        var last: [String: EngineRecord] = [:]
        var found: [DerivedEvent] = []
        for record in records where record.verb == .create && record.isEngine && !record.name.isEmpty {
            let key = record.engine + "\u{0}" + record.name
            defer { last[key] = record }
            guard let before = last[key], before.container != record.container, found.count < NameJudge.limit,
                let old = ImageName(before.image), let new = ImageName(record.image), old != new
            else { continue }
            found.append(
                derived(
                    "name-reused", record,
                    "the name \(NeutralText.quoted(record.name)) was that of a container of \(NeutralText.quoted(before.image))",
                    [FactField("Name.OldImage", before.image), FactField("Name.OldContainer", before.container)],
                    [before]))
        }
        return found
    }
}

extension String {
    /// Whether no letter and no digit stands next to `range`.
    fileprivate func isWhole(_ range: Range<String.Index>) -> Bool {
        let before = range.lowerBound > startIndex ? self[index(before: range.lowerBound)] : "-"
        let after = range.upperBound < endIndex ? self[range.upperBound] : "-"
        return !before.isLetter && !before.isNumber && !after.isLetter && !after.isNumber
    }

    /// Where `text` first stands. O(n·m).
    fileprivate func firstRange(of text: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text), let end = index(start, offsetBy: text.count, limitedBy: endIndex) {
                return start..<end
            }
            start = index(after: start)
        }
        return nil
    }
}
