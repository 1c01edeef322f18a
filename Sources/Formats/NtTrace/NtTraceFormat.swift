import Bytes
public import Events

/// `nttrace`: what NtTrace writes of a Windows process's calls into ntdll.
///
/// Fields: `Syscall` (and `Function`), `Arguments`, `a0`…, arguments by name where they are written with one, `Name.Value` for
/// what a pointer points to, `Result`, `Error`, `ProcessId`, `ThreadId`; of other lines `Message`, `CommandLine`, `ImageBase`,
/// `ImageLoaded`. Which day times of day belong to is told by ``DayClock``'s rule.
public struct NtTraceFormat: Format {
    /// The name reports show.
    public static let name = "nttrace"
    /// In pieces of 8 MiB, in order.
    public static let segmentation = Segmentation.sequence(bytes: 8 << 20)
    private var decoder = NtTraceDecoder()

    /// A decoder that has read nothing yet.
    public init() {}

    /// Notes the source's facts and forgets the one before.
    public mutating func begin(_ source: SourceFacts) { decoder.begin(source) }

    /// Appends an event for each line.
    public mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        decoder.decode(range, fileOffset, into: &batch, &vocabulary)
    }

    /// Certain when at least half of the first lines are NtTrace's and one of them is a call of `Nt…` with `=>`.
    public static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        var (lines, read, calls) = (0, 0, 0)
        var position = JSONShape.lengthOfMark(head)
        while lines < 64, position < head.byteCount {
            let end = head.firstOffset(of: 0x0A, from: position) ?? head.byteCount
            defer { position = end + 1 }
            let prefix = NtTraceDecoder.prefix(head, position, end)
            guard end > prefix.end else { continue }
            lines += 1
            if head.uint16(at: prefix.end) == 0x744E, NtTraceDecoder.isCall(head, prefix.end, end),
                TraceText.find(NtTraceWords.arrow, in: head, prefix.end..<end) != nil
            {
                read += 1
                calls += 1
            } else if NtTraceWords.isNotice(head, prefix.end, end) {
                read += 1
            }
        }
        return calls > 0 && read * 2 >= lines ? .certain : nil
    }
}
