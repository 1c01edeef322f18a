import Bytes
import Events

/// `docker-diff`: what `docker diff` prints: paths that were added, changed or deleted in a container. One event a path,
/// at the time of the file. Whose container it is, the listing does not say.
struct DockerDiffFormat: LineFormat {
    static let name = "docker-diff"
    static let segmentation = Segmentation.lines(bytes: 1 << 20)
    private var writer = FieldWriter(map: FieldMap.named("docker-diff"))

    init() {}

    /// Likely when all of the first lines are a letter and an absolute path.
    static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        let lines = Lines.sample(head, limit: 64)
        guard let first = lines.first, lines.allSatisfy({ isEntry(head, $0) }) else { return nil }
        // A single short line may be anything; the last one may be cut by the head's end.
        return lines.count > 1 || ["txt", "log", "out", "diff", ""].contains(fileExtension) && first.count >= 4
            ? .likely : nil
    }

    /// `A /path`, on Windows `A C:\path` or `A Files\path`.
    private static func isEntry(_ text: RawSpan, _ line: Range<Int>) -> Bool {
        guard line.count >= 4, let letter = text.uint8(at: line.lowerBound),
            letter == UInt8(ascii: "A") || letter == UInt8(ascii: "C") || letter == UInt8(ascii: "D"),
            text.uint8(at: line.lowerBound + 1) == 0x20, let first = text.uint8(at: line.lowerBound + 2)
        else { return false }
        if first == UInt8(ascii: "/") { return true }
        return text.uint16(at: line.lowerBound + 3) == 0x5C3A || Lines.has("Files", in: text, at: line.lowerBound + 2)
    }

    mutating func begin(_ source: SourceFacts) { writer.begin(source) }

    mutating func decodeLine(
        _ bytes: RawSpan, _ line: Range<Int>, _ fileOffset: Int64, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        let place = fileOffset + Int64(line.lowerBound)
        guard Self.isEntry(bytes, line) else {
            return batch.defects.append(
                Defect(code: "docker-diff-line", offset: place, detail: "no change of a path", recordsLost: 1))
        }
        writer.begin(batch)
        let kind = writer.name("Change", vocabulary: &vocabulary)
        writer.add(kind, offset: line.lowerBound, length: 1, into: &batch)
        let path = writer.name("Path", vocabulary: &vocabulary)
        writer.add(path, offset: line.lowerBound + 2, length: line.count - 2, into: &batch)
        let record = FieldWriter.Record(offset: place, length: line.count, record: UInt64(batch.lineCount))
        writer.end(record, into: &batch, vocabulary: &vocabulary)
    }
}
