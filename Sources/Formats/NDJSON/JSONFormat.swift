public import Events

/// `json`: an array of objects, or pretty-printed or concatenated objects; fields as in ``NDJSONFormat``.
public struct JSONFormat: Format {
    public static let name = "json"
    public static let segmentation = Segmentation.whole(limit: 256 << 20)
    private var records = JSONRecords<GenericJSON>()

    public init() {}

    public static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        guard let sample = JSONShape.examine(head), sample.shape == .document else { return nil }
        return sample.isWhole ? .certain : .likely
    }

    public mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        records.decodeDocuments(range, fileOffset: fileOffset, into: &batch, vocabulary: &vocabulary)
    }
}
