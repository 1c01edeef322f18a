import Bytes
import EVTX
public import Events
import Synchronization

/// `evtx`: Windows' binary event log. Records are not rendered: fields are slots into the log itself.
///
/// Names are Sigma's: `Provider_Name`, `EventID`, `Execution_ProcessID` from System, the names of `<Data>` and the leaves of
/// UserData; System wins over data of the same name (`EventData_Version`); unnamed `<Data>` are values of `Data`.
public struct EVTXFormat: Format {
    /// The name reports show for Windows event logs.
    public static let name = "evtx"
    /// The file header, then 128 chunks of 64 KiB a piece.
    public static let segmentation = Segmentation.blocks(header: 4096, bytes: 8 << 20)

    /// A decoder keeps classes inside; the lock is taken once a segment and makes it safe to send.
    private final class State: Sendable {
        let decoder: Mutex<EVTXSegmentDecoder>

        init(recovers: Bool) { decoder = Mutex(EVTXSegmentDecoder(recovers: recovers)) }
    }

    private let state: State

    /// A decoder of what the log holds.
    public init() { self.init(recovers: false) }

    /// A decoder.
    /// - Parameter recovers: Also deliver records found in unused space and in chunks without a header; each is a defect
    ///   `evtx-carved`, since it may be old or a duplicate.
    public init(recovers: Bool) { state = State(recovers: recovers) }

    /// Certain by the file header's magic number, likely by that of a chunk when the header is destroyed.
    public static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        // `ElfFile\0`; `ElfChnk\0` at the start or where the first chunk belongs, when the header is destroyed.
        if head.uint64(at: 0) == 0x0065_6C69_4666_6C45 { return .certain }
        let chunk: UInt64 = 0x006B_6E68_4366_6C45
        return head.uint64(at: 0) == chunk || head.uint64(at: 4096) == chunk ? .likely : nil
    }

    /// Appends the events of the chunks in `range`, and a defect for each damage met on the way.
    public mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        state.decoder.withLock { decoder in
            decoder.decode(range, fileOffset: fileOffset, into: &batch, vocabulary: &vocabulary)
        }
    }
}
