import Bytes
public import Events

/// `docker-inspect`: what `docker inspect` (or the Engine API, or Podman) says of containers, images, networks and volumes:
/// an array, a single object, or objects after one another; and `config.v2.json` (`config.json` of old engines), in which
/// the engine keeps a container on disk.
///
/// One event per object, at the time of its creation; the state it shows is that of the moment somebody asked.
public struct DockerInspectFormat: Format {
    /// The name reports show for files of `docker inspect`.
    public static let name = "docker-inspect"
    /// Pieces of 8 MiB, in order.
    public static let segmentation = Segmentation.sequence(bytes: 8 << 20)
    /// They tell what containers there are.
    public static let speaksOfContainers = true
    private var records = JSONRecords<InspectJSON>()

    /// A decoder that has read nothing yet.
    public init() {}

    /// Certain when the first object looks like one of the four, likely when it is cut off before that shows.
    public static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        guard let sample = JSONShape.examine(head) else { return nil }
        if InspectJSON.admits(sample.tape, root: sample.root, text: head) { return .certain }
        // The members' order is the engine's: a head that is cut early may show no `Config` yet.
        let isCut =
            !sample.isWhole
            && sample.tape.object(
                at: sample.root, in: head, hasMembers: ["Id", "Created", "Path", "Args", "State"])
        return isCut ? .likely : nil
    }

    /// Notes the source's facts.
    public mutating func begin(_ source: SourceFacts) { records.begin(source) }

    /// Appends an event for each object in `range`, and a defect for each record that cannot be read.
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
