import Bytes
import Events
import Formats
import Sigma

/// An event that a rule is explained on.
struct ExplainedEvent {
    /// What to call it: file and record.
    var name: String
    /// Where it comes from.
    var origin: Origin
    /// Its fields, as hunt reads them; without what the context adds (containers).
    var fields: Evaluator.Fields
}

/// Events of files, one by one, read as hunt reads them.
struct ExplainedEvents {
    private let evidence: Evidence
    private let only: UInt64?

    /// - Parameter only: Only this record: its id in an event log, its line in a file of lines.
    init(path: String, only: UInt64?) throws {
        evidence = Evidence(paths: [path])
        self.only = only
        if let defect = evidence.defects.first {
            throw ContentComplaint(message: "cannot read \(defect.path): \(defect.detail)", hint: nil, status: .usage)
        }
        if let source = evidence.sources.first(where: { $0.format == nil }) {
            throw ContentComplaint(
                message: "\(source.path) is not recognised: \(source.reason)",
                hint: "Events are .evtx, Docker events or inspect output, or NDJSON.", status: .usage)
        }
    }

    /// Calls `body` with each event, in order.
    func forEach(_ body: (ExplainedEvent) throws -> Void) throws {
        var reader = SegmentReader(evidence: evidence)
        for index in evidence.sources.indices {
            guard let format = evidence.sources[index].format else { continue }
            try forEach(of: format, index, &reader, body)
        }
    }

    private func forEach<F: Format>(
        of format: F.Type, _ source: Int, _ reader: inout SegmentReader, _ body: (ExplainedEvent) throws -> Void
    ) throws {
        var decoder = F()
        var vocabulary = Vocabulary()
        var linesBefore: UInt64 = 0
        for segment in evidence.segments(of: source) {
            let loaded = try reader.load(segment)
            var batch = EventBatch(base: loaded.storage)
            decoder.decode(loaded.range, fileOffset: loaded.fileOffset, into: &batch, vocabulary: &vocabulary)
            for head in batch.events {
                let record = head.record + linesBefore
                guard only == nil || only == record else { continue }
                try body(event(head, record, source, batch, vocabulary))
            }
            linesBefore += UInt64(batch.lineCount)
        }
    }

    private func event(
        _ head: EventHead, _ record: UInt64, _ source: Int, _ batch: EventBatch, _ vocabulary: Vocabulary
    ) -> ExplainedEvent {
        var fields: Evaluator.Fields = [:]
        for slot in batch.slots[Int(head.firstSlot)..<Int(head.firstSlot + head.slotCount)] {
            fields[vocabulary.name(of: slot.field), default: []].append(batch.text(of: slot))
        }
        var origin = vocabulary.origins[Int(head.origin.index)]
        if let (inner, innerOrigin) = Self.eventOfAlert(fields) { (fields, origin) = (inner, innerOrigin) }
        return ExplainedEvent(name: "\(evidence.sources[source].path) record \(record)", origin: origin, fields: fields)
    }

    /// The event in an alert of ours (`hunt -t ndjson`).
    private static func eventOfAlert(_ fields: Evaluator.Fields) -> (Evaluator.Fields, Origin)? {
        guard fields["alert.id"] != nil, fields["rule.title"] != nil else { return nil }
        var inner: Evaluator.Fields = [:]
        for (name, values) in fields where name.hasPrefix("event.") { inner[String(name.dropFirst(6))] = values }
        let channel = inner["Channel"]?.first ?? ""
        let origin = Origin(
            product: channel.isEmpty ? "" : "windows", channel: channel, provider: inner["Provider_Name"]?.first ?? "",
            eventID: inner["EventID"]?.first.flatMap { Int($0) } ?? -1)
        return (inner, origin)
    }
}

extension ExplainedEvent {
    /// Whether the event comes from where the rule looks, and its fields under the names the rule uses for them there
    /// (`Image` for `NewProcessName` of a process creation in the Security log).
    func seen(by rule: Rule, _ taxonomy: Taxonomy) -> (isWatched: Bool, fields: Evaluator.Fields) {
        let entries = taxonomy.entries(for: rule.logSource)
        guard !entries.isEmpty else {
            let stated = [
                (rule.logSource.product, origin.product), (rule.logSource.category, origin.category),
                (rule.logSource.service, origin.service),
            ]
            // An alert's event no longer says which product it came from.
            let isWatched =
                origin.product.isEmpty || stated.allSatisfy { $0 == nil || $0?.lowercased() == $1.lowercased() }
            return (isWatched, fields)
        }
        var renamed = fields
        var isWatched = false
        for entry in entries where holds(entry) {
            isWatched = true
            for rename in entry.renames where fields[rename.event] != nil {
                renamed[rename.rule] = fields[rename.event]
            }
        }
        return (isWatched, renamed)
    }

    private func holds(_ entry: Taxonomy.Entry) -> Bool {
        guard entry.channels.isEmpty || entry.channels.contains(origin.channel.lowercased()) else { return false }
        let provider = origin.provider.lowercased()
        guard entry.providers.isEmpty || provider.isEmpty || entry.providers.contains(provider) else { return false }
        guard entry.eventIDs.isEmpty || entry.eventIDs.contains(origin.eventID) else { return false }
        return entry.conditions.allSatisfy { condition in
            (fields[condition.field] ?? []).contains { condition.values.contains($0) }
        }
    }
}
