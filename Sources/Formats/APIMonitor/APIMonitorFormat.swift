import Bytes
public import Events

/// `apimonitor`: what API Monitor (rohitab) exports as CSV or tab-separated text. Columns are those of the header.
///
/// Fields: the columns under their names, `Function`, `Arguments`, `a0`…, and by the field map `Result`, `ThreadId`. Which day times
/// of day belong to is told by ``DayClock``'s rule. The shape is documented by users, not by the maker.
public struct APIMonitorFormat: Format {
    /// The name reports show.
    public static let name = "apimonitor"
    /// In pieces of 8 MiB, in order.
    public static let segmentation = Segmentation.sequence(bytes: 8 << 20)
    private var decoder = APIMonitorDecoder()

    /// A decoder that has read nothing yet.
    public init() {}

    /// Notes the source's facts and forgets the one before.
    public mutating func begin(_ source: SourceFacts) { decoder.begin(source) }

    /// Appends an event for each row.
    public mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        decoder.decode(range, fileOffset, into: &batch, &vocabulary)
    }

    /// Certain by the columns `API` and `Return Value` of the first line.
    public static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        let start = JSONShape.lengthOfMark(head)
        var end = head.firstOffset(of: 0x0A, from: start) ?? head.byteCount
        if end > start, head.uint8(at: end - 1) == 0x0D { end -= 1 }
        return APIMonitorColumns(header: head, start, end) == nil ? nil : .certain
    }
}
