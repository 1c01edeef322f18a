import Events

/// Texts with the time they were seen, merged in any order with the same result.
///
/// Bounded: the ``limit`` smallest texts are kept (a rule that does not depend on the order of arrival), each cut to
/// ``textLimit`` bytes; `overflowed` says that there were more.
struct SeenTexts: Hashable, Sendable, Codable {
    static let limit = 64
    static let textLimit = 1024

    private(set) var spans: [String: SeenSpan] = [:]
    private(set) var overflowed = false

    mutating func see(_ text: String, at time: Timestamp) {
        see(NeutralText.cut(text, to: SeenTexts.textLimit), SeenSpan(time))
    }

    mutating func merge(_ other: SeenTexts) {
        for (text, span) in other.spans { see(text, span) }
        overflowed = overflowed || other.overflowed
    }

    /// The text seen last; among equals the greatest.
    var latest: String? { spans.max { ($0.value.last, $0.key) < ($1.value.last, $1.key) }?.key }

    private mutating func see(_ text: String, _ span: SeenSpan) {
        if spans[text]?.formUnion(span) != nil { return }
        spans[text] = span
        guard spans.count > SeenTexts.limit, let largest = spans.keys.max() else { return }
        spans.removeValue(forKey: largest)
        overflowed = true
    }
}
