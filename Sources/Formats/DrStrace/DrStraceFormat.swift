import Bytes
public import Events

/// `drstrace`: what Dr. Memory's drstrace writes of a Windows process's system calls, some lines each.
///
/// Fields: `Syscall` (and `Function`), `a0`… and arguments by name, `….Value` for what a pointer points to, `….Number` for named
/// constants, `….Out` for what the call wrote, `Result`, `Error`, `Unfinished`. The process stands in the file's name only
/// (`drstrace.APP.PID.NNNN.log`), and there are no times: that of the file's last change is taken.
public struct DrStraceFormat: Format {
    /// The name reports show.
    public static let name = "drstrace"
    /// In pieces of 8 MiB, in order.
    public static let segmentation = Segmentation.sequence(bytes: 8 << 20)
    private var decoder = DrStraceDecoder()

    /// A decoder that has read nothing yet.
    public init() {}

    /// Notes the source's facts and forgets the one before.
    public mutating func begin(_ source: SourceFacts) { decoder.begin(source) }

    /// Appends an event for each call.
    public mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        decoder.decode(range, fileOffset, into: &batch, &vocabulary)
    }

    /// Certain when a name stands before a line `arg 0: …` or an outcome among the first lines.
    public static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        var position = JSONShape.lengthOfMark(head)
        var lines = 0
        var isNamed = false
        while lines < 64, position < head.byteCount {
            let line = DrStraceDecoder.line(head, position)
            if isNamed, isDetail(head, line) { return .certain }
            isNamed = DrStraceDecoder.isName(head, line.start, line.end)
            lines += 1
            position = line.next
        }
        return nil
    }

    private static func isDetail(_ head: RawSpan, _ line: DrStraceDecoder.Line) -> Bool {
        if head.uint8(at: line.start) == 0x09 {
            return TraceText.stands(DrStraceWords.argument, in: head, at: line.start + 1, before: line.end)
        }
        let start = TraceText.skipSpaces(head, line.start, line.end)
        return start == line.start + 4
            && (TraceText.stands(DrStraceWords.succeeded, in: head, at: start, before: line.end)
                || TraceText.stands(DrStraceWords.failed, in: head, at: start, before: line.end))
    }
}
