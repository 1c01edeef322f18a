import Events

/// What the readers found broken in a source, where it may be somebody's work.
enum SourceDamage {
    /// Codes that files have without anybody's doing: a log that was copied while it was written, and records that were
    /// read all the same. Codes of the readers' own making (a missing year, a strange line) do not speak of the file.
    private static let telling: Set<String> = [
        "evtx-file-header-magic", "evtx-file-header-checksum", "evtx-chunk-magic", "evtx-chunk-misplaced",
        "evtx-chunk-header-checksum", "evtx-chunk-data-checksum", "evtx-record-size", "evtx-record-size-copy",
        "evtx-gap", "evtx-empty-record", "evtx-record-body", "container-log-nul", "container-log-first-line-cut",
        "auditd-records-lost", "file-shrank",
    ]

    /// Whether records may be missing because of it.
    static func mayLoseRecords(_ damage: SourceNote.Damage) -> Bool {
        damage.recordsLost > 0 || telling.contains(damage.code)
    }

    static func findings(_ sources: [SourceNote], _ runs: [RecordRun]) -> [DerivedEvent] {
        let damaged = sources.filter { note in note.damage.contains { telling.contains($0.code) } }
        guard !damaged.isEmpty else { return [] }
        let bySource = Dictionary(grouping: runs, by: \.source)
        return damaged.map { finding($0, bySource[$0.source] ?? []) }
    }

    private static func finding(_ note: SourceNote, _ runs: [RecordRun]) -> DerivedEvent {
        let damage = note.damage.filter { telling.contains($0.code) }.sorted { $0.code < $1.code }
        let last = runs.map(\.lastTime).max()
        let container = ContainerLogPath(note.path)?.container
        let path = NeutralText.cut(note.path, to: 512)
        return DerivedEvent(
            time: last ?? note.modified ?? .unknown, host: runs.map(\.log.host).min() ?? "", service: .integrity,
            finding: "damaged", container: container,
            detail: "\(NeutralText.quoted(path)) is damaged: "
                + damage.map { "\($0.code) ×\($0.count)" }.joined(separator: ", "),
            fields: [
                FactField("Damage.Code", damage.map(\.code)),
                FactField("Damage.Count", damage.reduce(0) { $0 + $1.count }),
                FactField("Damage.RecordsLost", damage.reduce(0) { $0 + $1.recordsLost }),
                FactField("Damage.WhileWritten", note.damage.contains { $0.code == "evtx-dirty" }),
                FactField("Log.Channel", Set(runs.map(\.log.channel)).sorted().prefix(8).map { $0 }),
                FactField("Log.Format", note.format), FactField("Log.Path", path),
            ],
            places: damage.filter { $0.firstOffset >= 0 }.map {
                EventPlace(source: note.source, record: 0, offset: $0.firstOffset)
            })
    }
}
