import Bytes
public import Events

/// `docker-events`: the events of a Docker Engine, one JSON object a line (`docker events --format '{{json .}}'`, or the
/// body of `GET /events`), with or without the legacy members `status`, `id` and `from`.
///
/// Labels of a container are copied over the daemon's own attributes (moby `daemon/events.go`), so a label may be called
/// `exitCode`: attributes are handed on as they stand.
public struct DockerEventsFormat: Format {
    /// The name reports show for files of Docker events.
    public static let name = "docker-events"
    /// Cut at line ends into pieces of about 8 MiB.
    public static let segmentation = Segmentation.lines(bytes: 8 << 20)
    /// They tell what containers there are.
    public static let speaksOfContainers = true
    private var records = JSONRecords<DockerEventJSON>()

    /// A decoder that has read nothing yet.
    public init() {}

    /// Certain when the first readable line is an object with `Type`, `Action` and `Actor`, or with the members of old engines
    /// `status`, `id`, `from` and `time`; the extension is ignored.
    public static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        guard let sample = JSONShape.examine(head), sample.shape == .lines else { return nil }
        return DockerEventJSON.recognises(sample, head: head)
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
