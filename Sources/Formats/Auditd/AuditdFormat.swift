import Bytes
public import Events

/// `auditd`: what the Linux audit daemon writes, raw or enriched, with `node=`, by way of syslog or audispd, or as ausearch
/// shows it.
///
/// One event for all records with one serial: all fields under their native names (`type` has several values), texts decoded
/// from hexadecimal, arguments that come in parts joined, messages of user space (`msg='op=… exe="…"'`) taken apart. Made by us:
/// `SYSCALL` (the call's name, where nobody added it), `CommandLine`, `User`, `Path.Full`, `Socket.Family`, `Socket.Address`,
/// `Socket.Port`, `Socket.Path`, `Audit.Serial`, `Audit.Lost`, and `ContainerId` where a command line starts a container's shim.
public struct AuditdFormat: Format {
    /// The name reports show.
    public static let name = "auditd"
    /// In pieces of 8 MiB, in order.
    public static let segmentation = Segmentation.sequence(bytes: 8 << 20)
    private var decoder = AuditdDecoder()

    /// A decoder that has read nothing yet.
    public init() {}

    /// Notes the source's facts and forgets the one before.
    public mutating func begin(_ source: SourceFacts) { decoder.begin(source) }

    /// Appends the events that are complete.
    public mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        decoder.decode(range, fileOffset, into: &batch, &vocabulary)
    }

    /// Appends those that are not.
    public mutating func finish(into batch: inout EventBatch, vocabulary: inout Vocabulary) {
        decoder.finish(into: &batch, &vocabulary)
    }

    /// Certain when at least half of the first lines are audit records.
    public static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        var (lines, records) = (0, 0)
        var position = JSONShape.lengthOfMark(head)
        while lines < 64, position < head.byteCount {
            let newline = head.firstOffset(of: 0x0A, from: position) ?? head.byteCount
            defer { position = newline + 1 }
            guard newline > position, head.uint32(at: position) != 0x2D2D_2D2D,
                !TraceText.stands(AuditdWords.timeLine, in: head, at: position, before: newline)
            else { continue }
            lines += 1
            if AuditdHeader.read(head, position, newline, zone: 0) != nil { records += 1 }
        }
        return records > 0 && records * 2 >= lines ? .certain : nil
    }
}
