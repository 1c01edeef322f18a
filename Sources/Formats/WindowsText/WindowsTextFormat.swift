import Bytes
import Events

/// `windows-text`: Windows events as Splunk's WinEventLog input writes them.
///
///     01/09/2019 03:56:10 PM          local time, US order
///     LogName=Security                Key=Value lines in any order …
///     Message=An account was …        … the last is the message: everything up to the next event
///
/// An event begins at a date line that is followed by a `Key=Value` line. Fields of English messages are read from them.
struct WindowsTextFormat: Format {
    static let name = "windows-text"
    static let segmentation = Segmentation.sequence(bytes: 8 << 20)
    /// Longest event in bytes.
    static let recordLimit = 16 << 20

    private var writer = FieldWriter(map: .named("windows-text"))
    private var windows = WindowsCompletion()
    private var next: Int64 = 0
    private var record: UInt64 = 0
    private var zone = 0

    init() { windows.readsMessages = true }

    /// Certain when one of the first lines is a date and `LogName=` follows within the next ones.
    static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        var position = JSONShape.lengthOfMark(head)
        for _ in 0..<64 {
            if let start = startOfFields(head, at: position) {
                var line = start
                for _ in 0..<16 {
                    if starts(head, at: line, with: "LogName=") { return .certain }
                    guard let end = head.firstOffset(of: 0x0A, from: line) else { break }
                    line = end + 1
                }
            }
            guard let end = head.firstOffset(of: 0x0A, from: position) else { return nil }
            position = end + 1
        }
        return nil
    }

    mutating func begin(_ source: SourceFacts) {
        (next, record, zone) = (0, 0, source.zone)
        writer.zone = source.zone
    }

    mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let storage = batch.base
        let bytes = storage.bytes
        var position = max(range.lowerBound, Int(clamping: next - fileOffset))
        if fileOffset == 0, position == 0 { position = JSONShape.lengthOfMark(bytes) }
        while position < range.upperBound {
            guard let fields = Self.startOfFields(bytes, at: position) else {
                position = Self.nextLine(bytes, position)
                continue
            }
            let end = Self.endOfEvent(bytes, from: fields)
            record += 1
            read(position, fields, end, bytes, fileOffset, into: &batch, vocabulary: &vocabulary)
            position = end
        }
        next = fileOffset + Int64(position)
    }

    private mutating func read(
        _ start: Int, _ fields: Int, _ end: Int, _ bytes: RawSpan, _ fileOffset: Int64, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        var length = end - start
        while length > 0, let byte = bytes.uint8(at: start + length - 1), byte == 0x0A || byte == 0x0D { length -= 1 }
        guard length <= Self.recordLimit else {
            return batch.defects.append(
                Defect(
                    code: "windows-text-too-long", offset: fileOffset + Int64(start), detail: "longer than 16 MiB",
                    recordsLost: 1))
        }
        writer.begin(batch)
        var position = fields
        while position < start + length {
            let lineEnd = min(bytes.firstOffset(of: 0x0A, from: position) ?? end, start + length)
            guard let equals = bytes.firstOffset(of: UInt8(ascii: "="), from: position), equals < lineEnd else {
                position = lineEnd + 1
                continue
            }
            let isMessage = Self.starts(bytes, at: position, with: "Message=")
            var valueEnd = isMessage ? start + length : lineEnd
            if valueEnd > equals + 1, bytes.uint8(at: valueEnd - 1) == 0x0D { valueEnd -= 1 }
            let name = writer.name(bytes.extracting(position..<equals), vocabulary: &vocabulary)
            if valueEnd > equals + 1 {
                writer.add(name, offset: equals + 1, length: valueEnd - equals - 1, into: &batch)
            }
            position = isMessage ? end : lineEnd + 1
        }
        let time = EventTime.culture(bytes.extracting(start..<Self.endOfText(bytes, at: start)), zone: zone)
        let place = FieldWriter.Record(
            offset: fileOffset + Int64(start), length: length, record: record, time: time ?? .unknown)
        writer.end(place, into: &batch, vocabulary: &vocabulary) { head, marks, batch, vocabulary in
            windows.complete(marks, &head, into: &batch, vocabulary: &vocabulary)
        }
    }

    /// Where the fields of the event begin whose date line stands at `position`; nil when there is none.
    @inline(__always)
    private static func startOfFields(_ bytes: RawSpan, at position: Int) -> Int? {
        // A date line is short and begins with two digits and a slash.
        guard let first = bytes.uint8(at: position), first &- 0x30 < 10,
            bytes.uint8(at: position + 2) == UInt8(ascii: "/")
        else { return nil }
        let textEnd = endOfText(bytes, at: position)
        guard textEnd - position <= 40, EventTime.culture(bytes.extracting(position..<textEnd), zone: 0) != nil else {
            return nil
        }
        let fields = nextLine(bytes, position)
        var end = fields
        while let byte = bytes.uint8(at: end), (byte | 0x20) &- 0x61 < 26, end - fields < 64 { end += 1 }
        return end > fields && bytes.uint8(at: end) == UInt8(ascii: "=") ? fields : nil
    }

    private static func endOfEvent(_ bytes: RawSpan, from start: Int) -> Int {
        var position = start
        while position < bytes.byteCount, startOfFields(bytes, at: position) == nil {
            position = nextLine(bytes, position)
        }
        return position
    }

    @inline(__always)
    private static func nextLine(_ bytes: RawSpan, _ position: Int) -> Int {
        (bytes.firstOffset(of: 0x0A, from: position) ?? bytes.byteCount - 1) + 1
    }

    /// Where the text of the line at `position` ends.
    private static func endOfText(_ bytes: RawSpan, at position: Int) -> Int {
        let end = bytes.firstOffset(of: 0x0A, from: position) ?? bytes.byteCount
        return end > position && bytes.uint8(at: end - 1) == 0x0D ? end - 1 : end
    }

    private static func starts(_ bytes: RawSpan, at position: Int, with text: StaticString) -> Bool {
        guard bytes.holds(text.utf8CodeUnitCount, at: position) else { return false }
        return EventXMLScanner.isEqual(position..<(position + text.utf8CodeUnitCount), text, bytes)
    }
}
