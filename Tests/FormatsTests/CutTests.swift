import Events
import Formats
import Testing

/// What a decoder of any source must hold: no prefix of a file is the end of a run, and pieces give the same events as the
/// whole.
enum Cut {
    /// Decodes prefixes of a text; a crash is the failure.
    static func everyPrefix<F: Format>(_ format: F.Type, _ text: String, step: Int = 1) {
        let bytes = Array(text.utf8)
        for length in stride(from: 0, through: bytes.count, by: step) {
            _ = Decoded.decode(format, Array(bytes[..<length]))
        }
    }

    /// Decodes a text in pieces; of line formats they end after line ends, of sequences anywhere.
    static func pieces<F: Format>(
        _ format: F.Type, _ text: String, source: SourceFacts = SourceFacts(),
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let bytes = Array(text.utf8)
        let whole = Decoded.decode(format, bytes, source: source).events.map(Self.signature)
        var generator = SplitMix(state: 7)
        for _ in 0..<60 {
            var cuts: [Int] = []
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let cut = Int.random(in: 1..<bytes.count, using: &generator)
                if case .lines = format.segmentation {
                    if let end = bytes[cut...].firstIndex(of: 0x0A), end + 1 < bytes.count { cuts.append(end + 1) }
                } else {
                    cuts.append(cut)
                }
            }
            cuts = Array(Set(cuts)).sorted()
            let pieces = Decoded.decode(format, bytes, cutAt: cuts, source: source).map(Self.signature)
            #expect(pieces == whole, "cut at \(cuts)", sourceLocation: sourceLocation)
        }
    }

    private static func signature(_ event: Decoded.Event) -> String {
        let fields = event.fields.map { $0.name + "=" + $0.value }.joined(separator: "|")
        return "\(event.time) \(event.offset) \(event.length) \(event.origin) \(fields)"
    }
}
