import Events
import Formats

/// What `docker diff` says was changed in a container: the content of its writable layer.
struct LayerChanges: Sendable {
    /// Paths kept, the first in the order of the listings.
    static let limit = 1 << 20

    private var kinds: [String: String] = [:]
    /// Whether a listing was given at all.
    private(set) var isKnown = false
    /// Paths past ``limit``.
    private(set) var left = 0

    /// Reads all listings of the evidence.
    init(_ evidence: [Evidence]) {
        for evidence in evidence {
            guard evidence.sources.contains(where: { $0.formatName == "docker-diff" }) else { continue }
            isKnown = true
            var reader = BatchReader(evidence: evidence, options: ReadingOptions())
            for segment in evidence.segments() where evidence.sources[segment.source].formatName == "docker-diff" {
                guard (try? reader.read(segment)) != nil else { continue }
                take(reader.batch, reader.vocabulary)
            }
        }
    }

    private mutating func take(_ batch: EventBatch, _ vocabulary: Vocabulary) {
        guard let change = vocabulary.knownField("Change"), let path = vocabulary.knownField("Path") else { return }
        for head in batch.events {
            var kind = ""
            var name = ""
            for index in Int(head.firstSlot)..<Int(head.firstSlot + head.slotCount) {
                let slot = batch.slots[index]
                if slot.field == change { kind = batch.text(of: slot) }
                if slot.field == path { name = batch.text(of: slot) }
            }
            guard let word = ["A": "added", "C": "changed"][kind] else { continue }
            guard kinds.count < Self.limit else {
                left += 1
                continue
            }
            kinds[LayerPath.normalised(name)] = word
        }
    }

    /// `added`, `changed`, or empty when the listing does not name the path.
    func kind(of key: String) -> String { kinds[key] ?? "" }
}
