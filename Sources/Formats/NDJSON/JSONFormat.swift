public import Events

/// `json`: an array of objects, or pretty-printed or concatenated objects; fields as in ``NDJSONFormat``.
public struct JSONFormat: Format {
    /// The name reports show for JSON documents.
    public static let name = "json"
    /// Pieces of 8 MiB, in order.
    public static let segmentation = Segmentation.sequence(bytes: 8 << 20)
    private var records = JSONRecords<GenericJSON>()

    /// A decoder that has read nothing yet.
    public init() {}

    /// Certain when an object over several lines or in an array is seen whole, likely when the head ends inside it.
    public static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        guard let sample = JSONShape.examine(head), sample.shape == .document else { return nil }
        return sample.isWhole ? .certain : .likely
    }

    /// Notes the source's facts and forgets the one before.
    public mutating func begin(_ source: SourceFacts) { records.begin(source) }

    /// Appends an event for each JSON object that starts in `range`, and a defect for each record that cannot be read.
    public mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        records.decodeDocuments(range, fileOffset: fileOffset, into: &batch, vocabulary: &vocabulary)
    }

    /// Reports arrays that were left open.
    public mutating func finish(into batch: inout EventBatch, vocabulary: inout Vocabulary) {
        records.finishDocument(into: &batch)
    }
}
