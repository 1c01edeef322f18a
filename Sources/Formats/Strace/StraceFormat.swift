import Bytes
public import Events

/// `strace`: what strace writes, with any of its usual options.
///
/// Prefixes: none, `PID  ` (`-f -o FILE`), `[pid N] ` (terminal), a process id in the file's name (`-ff`), `PID<name>` (`-Y`).
/// Times: none, `-t`, `-tt`, `-ttt`, `-r`; which day times of day belong to is told by ``DayClock``'s rule. Descriptors with
/// their paths (`-y`, `-yy`), durations (`-T`), instruction pointers (`-i`), call numbers (`-n`); stacks (`-k`) count as part of
/// their record. Halves of a call (`<unfinished ...>`, `<... resumed>`) are one event, at the time and place of the first.
///
/// Fields: `Syscall`, `Arguments` (as written), `a0`…, `Result`, `Errno`, `Duration`, `ProcessId`, `ProcessName`, `Path` and
/// `Path.New` (decoded), `Path.Full` (joined with the directory that `-y` shows), `Fd.Path`, `Result.Path`, `CommandLine`,
/// `Socket.Family`, `Socket.Address`, `Socket.Port`, `Socket.Path`, `Unfinished`, `Signal`, `ExitCode`, `Message`.
public struct StraceFormat: Format {
    /// The name reports show.
    public static let name = "strace"
    /// In pieces of 8 MiB, in order.
    public static let segmentation = Segmentation.sequence(bytes: 8 << 20)
    private var decoder = StraceDecoder()

    /// A decoder that has read nothing yet.
    public init() {}

    /// Notes the source's facts and forgets the one before.
    public mutating func begin(_ source: SourceFacts) { decoder.begin(source) }

    /// Appends an event for each call, signal, exit and message.
    public mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        decoder.decode(range, fileOffset, into: &batch, &vocabulary)
    }

    /// Appends the calls that never returned.
    public mutating func finish(into batch: inout EventBatch, vocabulary: inout Vocabulary) {
        decoder.finish(into: &batch, &vocabulary)
    }

    /// Certain when at least half of the first lines, two or more, read as strace's and one of them is a call with a result;
    /// likely when a single one does.
    public static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        var text = StraceCallText()
        var (lines, read, calls) = (0, 0, 0)
        var position = JSONShape.lengthOfMark(head)
        while lines < 64, position < head.byteCount {
            // A last line that the head cuts says nothing.
            guard let newline = head.firstOffset(of: 0x0A, from: position) ?? (lines == 0 ? head.byteCount : nil)
            else { break }
            var end = newline
            if end > position, head.uint8(at: end - 1) == 0x0D { end -= 1 }
            let prefix = StracePrefix.read(head, position, end)
            let isStack = head.uint16(at: position) == 0x3E20 || head.uint16(at: position) == 0x7C20
            position = newline + 1
            guard end > prefix.end, !isStack else { continue }
            lines += 1
            if isCall(head, prefix.end, end, &text) {
                read += 1
                calls += 1
            } else if isNotice(head, prefix.end, end) {
                read += 1
            }
        }
        guard calls > 0, read * 2 >= lines else { return nil }
        return calls > 1 ? .certain : .likely
    }

    private static func isCall(_ head: RawSpan, _ start: Int, _ end: Int, _ text: inout StraceCallText) -> Bool {
        guard let first = head.uint8(at: start),
            first &- UInt8(ascii: "a") < 26 || first == UInt8(ascii: "_") || first == UInt8(ascii: "?"),
            text.read(head, start, end)
        else { return false }
        guard !text.result.isEmpty, let byte = head.uint8(at: text.result.lowerBound) else { return text.isUnfinished }
        return TraceText.isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "?")
    }

    private static func isNotice(_ head: RawSpan, _ start: Int, _ end: Int) -> Bool {
        if TraceText.stands(StraceWords.resumed, in: head, at: start, before: end) { return true }
        if TraceText.stands(StraceWords.message, in: head, at: start, before: end) { return true }
        guard end - start > 8, let mark = head.uint32(at: start) else { return false }
        return mark == 0x202D_2D2D || mark == 0x202B_2B2B
    }
}
