public import Events

/// `ndjson`: a JSON object a line, of any producer.
///
/// Members are fields under their dotted paths. Windows events (`Channel` and `EventID`: flat, of Winlogbeat, or in the
/// nested shape of evtx_dump) are also given under Sigma's flat names and routed like those of the binary log.
public struct NDJSONFormat: Format {
    /// The name reports show for files of JSON lines.
    public static let name = "ndjson"
    /// Cut at line ends into pieces of about 8 MiB.
    public static let segmentation = Segmentation.lines(bytes: 8 << 20)
    private var records = JSONRecords<GenericJSON>()

    /// A decoder that has read nothing yet.
    public init() {}

    /// Certain when the first readable line is a whole JSON object, likely when the head ends inside it.
    public static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        guard let sample = JSONShape.examine(head), sample.shape == .lines else { return nil }
        return sample.isWhole ? .certain : .likely
    }

    /// Notes the source's facts.
    public mutating func begin(_ source: SourceFacts) { records.begin(source) }

    /// Appends an event for each line that starts in `range`, and a defect for each that cannot be read.
    public mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        records.decodeLines(range, fileOffset: fileOffset, into: &batch, vocabulary: &vocabulary)
    }
}
