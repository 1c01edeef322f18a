import Bytes
public import Events

/// `cri-log`: what a container wrote, as kubelets have it kept (Kubernetes' CRI logging format).
///
///     2026-11-23T17:10:59.473559614Z stdout P the beginning of a long line
///     2026-11-23T17:10:59.473559615Z stdout F and its end
///
/// Whose output it is, the path tells: `…/pods/NAMESPACE_POD_UID/CONTAINER/0.log`, `…/containers/POD_NAMESPACE_CONTAINER-ID.log`.
public struct CRILogFormat: Format {
    /// The name reports show.
    public static let name = "cri-log"
    /// Pieces of 8 MiB, in order.
    public static let segmentation = Segmentation.sequence(bytes: 8 << 20)

    /// Where the parts of a line lie.
    private struct Line {
        var time: Timestamp
        var stamp: Range<Int>
        var stream: Range<Int>
        var tag: Range<Int>
        var message: Range<Int>
        var isPartial: Bool

        init?(_ text: RawSpan, _ range: Range<Int>) {
            guard EventTime.looksDated(text, at: range.lowerBound),
                let first = Lines.first(0x20, in: text, from: range.lowerBound, to: range.upperBound),
                let second = Lines.first(0x20, in: text, from: first + 1, to: range.upperBound), second - first == 7,
                Lines.has("std", in: text, at: first + 1),
                let letter = text.uint8(at: second + 1), letter == UInt8(ascii: "P") || letter == UInt8(ascii: "F"),
                second + 1 < range.upperBound,
                let time = EventTime.parse(text, range.lowerBound..<first)
            else { return nil }
            let third = Lines.first(0x20, in: text, from: second + 1, to: range.upperBound) ?? range.upperBound
            guard third == second + 2 || text.uint8(at: second + 2) == UInt8(ascii: ":") else { return nil }
            self.time = time
            self.stamp = range.lowerBound..<first
            stream = (first + 1)..<second
            tag = (second + 1)..<third
            message = min(third + 1, range.upperBound)..<range.upperBound
            isPartial = letter == UInt8(ascii: "P")
        }
    }

    private var lines = ContainerLogWriter(map: FieldMap.named("cri-log"))
    private var next: Int64 = 0

    /// A decoder that has read nothing yet.
    public init() {}

    /// Certain when one of the first lines has a time, a stream and a tag.
    public static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        Lines.sample(head, limit: 4).contains { Line(head, $0) != nil } ? .certain : nil
    }

    /// Notes the source's facts and forgets the one before.
    public mutating func begin(_ source: SourceFacts) {
        lines.begin(source, identity: PodPath.identity(source.path))
        next = 0
    }

    /// Appends an event for each line that ends in `range` or behind it, and a defect for each that cannot be read.
    public mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let storage = batch.base
        let bytes = storage.bytes
        lines.beginBatch(&batch)
        var position = max(range.lowerBound, Int(clamping: next - fileOffset))
        if fileOffset == 0, position == 0 { position = JSONShape.lengthOfMark(bytes) }
        while position < range.upperBound {
            let newline = Lines.end(bytes, from: position)
            let end = Lines.withoutReturn(bytes, position, newline)
            if end > position {
                let place = fileOffset + Int64(position)
                if let line = Line(bytes, position..<end) {
                    emit(line, bytes, place, position..<end, into: &batch, vocabulary: &vocabulary)
                } else {
                    let isFirst = place == 0
                    batch.defects.append(
                        Defect(
                            code: isFirst ? "container-log-first-line-cut" : "container-log-record", offset: place,
                            detail: isFirst ? "the beginning of the file is missing" : "no time, stream and tag",
                            recordsLost: 1))
                }
            }
            position = newline + 1
        }
        next = fileOffset + Int64(position)
    }

    /// Gives out what is left of lines in pieces.
    public mutating func finish(into batch: inout EventBatch, vocabulary: inout Vocabulary) {
        lines.finish(into: &batch, vocabulary: &vocabulary)
    }

    private mutating func emit(
        _ line: Line, _ bytes: RawSpan, _ offset: Int64, _ range: Range<Int>, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        let stream = ContainerLogWriter.index(ofStream: bytes, at: line.stream.lowerBound)
        lines.note(line.time, stream: stream, offset: offset, into: &batch)
        if lines.isOverdue(stream, at: line.time) {
            lines.flush(stream, nil, into: &batch, vocabulary: &vocabulary)
        }
        if line.isPartial {
            let isFull = lines.keep(stream, time: line.time, offset: offset) {
                $0.append(bytes.extracting(line.message))
            }
            if isFull { lines.flush(stream, "container-log-line-too-long", into: &batch, vocabulary: &vocabulary) }
            return
        }
        lines.writer.begin(batch)
        var start = (time: line.time, offset: offset)
        let log = lines.writer.name("log", vocabulary: &vocabulary)
        if lines.hasPartial(stream) {
            var partial = lines.take(stream)
            start = (partial.time, partial.offset)
            partial.text.append(bytes.extracting(line.message))
            lines.writer.add(log, text: partial.text, into: &batch)
        } else {
            lines.writer.add(log, offset: line.message.lowerBound, length: line.message.count, into: &batch)
        }
        for (name, part) in [("stream", line.stream), ("time", line.stamp), ("logtag", line.tag)]
            as [(StaticString, Range<Int>)]
        {
            let node = lines.writer.name(name, vocabulary: &vocabulary)
            lines.writer.add(node, offset: part.lowerBound, length: part.count, into: &batch)
        }
        let length = Int(clamping: offset + Int64(range.count) - start.offset)
        lines.end(start.time, offset: start.offset, length: length, into: &batch, vocabulary: &vocabulary)
    }
}

/// What the path of a pod's log says.
enum PodPath {
    /// The names that stand in the path, as fields; none when it is no such path.
    static func identity(_ path: String) -> [(name: StaticString, text: [UInt8])] {
        let parts = path.split { $0 == "/" || $0 == "\\" }.map(String.init)
        guard let file = parts.last else { return [] }
        if parts.count >= 3 {
            let pod = parts[parts.count - 3].split(separator: "_", omittingEmptySubsequences: false)
            if pod.count == 3, pod.allSatisfy({ !$0.isEmpty }) {
                return [
                    ("PodNamespace", Array(pod[0].utf8)), ("PodName", Array(pod[1].utf8)),
                    ("PodUid", Array(pod[2].utf8)),
                    ("ContainerName", Array(parts[parts.count - 2].utf8)),
                ]
            }
        }
        // Links below `containers`.
        let names = file.split(separator: "_", omittingEmptySubsequences: false)
        guard names.count == 3, let last = names.last, let dash = last.lastIndex(of: "-"),
            let id = HexID.ofLog(file)
        else { return [] }
        return [
            ("PodName", Array(names[0].utf8)), ("PodNamespace", Array(names[1].utf8)),
            ("ContainerName", Array(last[..<dash].utf8)), ("ContainerId", id),
        ]
    }
}
