import Bytes
public import Events

/// `windows-xml`: Windows events as XML, as wevtutil, Event Viewer, PowerShell, Splunk and tracerpt write them, and those of
/// Sysmon for Linux; plain or rendered, with or without a root, several on a line or one over many lines.
///
/// An event is whatever stands from `<Event …>` to `</Event>`; text around events (a declaration, a root, comments, syslog
/// headers) is no part of them. Fields, names and origins are those of ``EVTXFormat``.
public struct WindowsXMLFormat: Format {
    /// The name reports show for event XML.
    public static let name = "windows-xml"
    /// Pieces of 8 MiB, in order: events have no fixed place to cut at.
    public static let segmentation = Segmentation.sequence(bytes: 8 << 20)

    private var reader = EventXMLReader()
    private var next: Int64 = 0
    private var record: UInt64 = 0

    /// A decoder that has read nothing yet.
    public init() {}

    /// Certain when an `<Event>` that opens with `<System>` stands in the head, whatever stands before it.
    public static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        var position = JSONShape.lengthOfMark(head)
        JSONTape.skipSpace(head, &position)
        // JSON that holds event XML in a member is read as JSON.
        if let first = head.uint8(at: position), first == UInt8(ascii: "{") || first == UInt8(ascii: "[") { return nil }
        while let tag = head.firstOffset(of: UInt8(ascii: "<"), from: position) {
            position = tag + 1
            guard EventXMLReader.isEvent(head, at: tag), let end = head.firstOffset(of: UInt8(ascii: ">"), from: tag)
            else { continue }
            var inner = end + 1
            JSONTape.skipSpace(head, &inner)
            var name = inner + 1
            while let byte = head.uint8(at: name), byte > 0x20, byte != UInt8(ascii: ">") { name += 1 }
            guard head.uint8(at: inner) == UInt8(ascii: "<") else { continue }
            let local = EventXMLScanner.local((inner + 1)..<name, head)
            if EventXMLScanner.isEqual(local, "System", head) { return .certain }
        }
        return nil
    }

    /// Forgets the source before.
    public mutating func begin(_ source: SourceFacts) { (next, record) = (0, 0) }

    /// Appends the events that begin in `range`, and a defect for each that cannot be read.
    public mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let storage = batch.base
        let bytes = storage.bytes
        reader.beginText()
        var position = max(range.lowerBound, Int(clamping: next - fileOffset))
        while position < range.upperBound {
            guard let tag = bytes.firstOffset(of: UInt8(ascii: "<"), from: position), tag < range.upperBound else {
                position = range.upperBound
                break
            }
            position = tag + 1
            if EventXMLReader.isEvent(bytes, at: tag) {
                record += 1
                let place = EventXMLReader.Place(fileOffset: fileOffset, record: record)
                position = reader.read(bytes, at: tag, place, into: &batch, vocabulary: &vocabulary) ?? position
            } else if EventXMLReader.isStrayEnd(bytes, at: tag) {
                batch.defects.append(
                    Defect(
                        code: "windows-xml-stray-end", offset: fileOffset + Int64(tag),
                        detail: "the end of an event whose beginning is missing", recordsLost: 1))
            }
        }
        next = fileOffset + Int64(position)
    }
}
