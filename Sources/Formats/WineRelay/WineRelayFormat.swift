import Bytes
public import Events

/// `wine-relay`: the calls of Windows programs as Wine's relay channel writes them, one event a call, and one for each library
/// and each TLS callback that runs.
///
///     3230.717:0120:0124:Call KERNEL32.WriteProcessMemory(00000038,140003298,0021f790,00000008,0021f6e8) ret=1400015fd
///     3230.717:0120:0124:Ret  KERNEL32.WriteProcessMemory() retval=00000001 ret=1400015fd
///     3230.720:0120:0124:Call TLS callback (proc=00000001400019A0,module=0000000140000000,reason=PROCESS_ATTACH,reserved=0)
///
/// Fields: `Function`, `Module` (its library), `Arguments`, `a0`… (numbers with `0x`), by the field map names for those that
/// matter, `Result`, `ProcessId`, `ThreadId`; of libraries `ImageBase`, `ImageLoaded`; of callbacks `Callback`, `ImageBase`,
/// `Reason`. A call and what it gave back are one event, at the place of the call. The trace counts from an unknown moment:
/// all events have the time of the file. Source: dlls/ntdll/relay.c and loader.c of Wine.
public struct WineRelayFormat: Format {
    /// The name reports show.
    public static let name = "wine-relay"
    /// In pieces of 8 MiB, in order.
    public static let segmentation = Segmentation.sequence(bytes: 8 << 20)
    /// Lines of the head that are looked at, and how many calls make it certain.
    private static let sampleLimit = 256
    private static let certainCount = 3
    private var decoder = WineRelayDecoder()

    /// A decoder that has read nothing yet.
    public init() {}

    /// Notes the source's facts and forgets the one before.
    public mutating func begin(_ source: SourceFacts) { decoder.begin(source) }

    /// Appends an event for each call that came back.
    public mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        decoder.decode(range, fileOffset, into: &batch, &vocabulary)
    }

    /// Appends the calls that never came back.
    public mutating func finish(into batch: inout EventBatch, vocabulary: inout Vocabulary) {
        decoder.finish(into: &batch, &vocabulary)
    }

    /// Certain when a few of the first lines are calls; Wine writes other things before.
    public static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        var (lines, calls, position) = (0, 0, 0)
        while lines < sampleLimit, position < head.byteCount, calls < certainCount {
            let end = head.firstOffset(of: 0x0A, from: position) ?? head.byteCount
            if let line = WineRelayLine(head, position, end), line.isCall || line.isReturn { calls += 1 }
            lines += 1
            position = end + 1
        }
        return calls >= certainCount ? .certain : nil
    }
}
