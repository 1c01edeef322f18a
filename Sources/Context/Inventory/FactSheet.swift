import Events

/// What records state of one thing: texts by attribute, each with the times it was stated. Merges in any order.
struct FactSheet: Hashable, Sendable, Codable {
    private(set) var texts: [ItemAttribute: SeenTexts] = [:]
    private(set) var provenance = Provenance()

    mutating func saw(_ source: FactSource, at time: Timestamp) { provenance.see(source, at: time) }

    /// Takes a statement; an empty text states nothing.
    mutating func state(_ attribute: ItemAttribute, _ text: String, at time: Timestamp) {
        guard !text.isEmpty else { return }
        texts[attribute, default: SeenTexts()].see(text, at: time)
    }

    mutating func merge(_ other: FactSheet) {
        for (attribute, seen) in other.texts { texts[attribute, default: SeenTexts()].merge(seen) }
        provenance.merge(other.provenance)
    }

    /// All values of an attribute with the times they were stated, oldest first.
    func values(_ attribute: ItemAttribute) -> [StatedText] {
        (texts[attribute]?.spans ?? [:]).map { StatedText(text: $0.key, seen: $0.value) }
            .sorted { ($0.seen.first, $0.seen.last, $0.text) < ($1.seen.first, $1.seen.last, $1.text) }
    }

    /// The value stated last.
    func latest(_ attribute: ItemAttribute) -> String? { texts[attribute]?.latest }
}
