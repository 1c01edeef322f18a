import Bytes
import Events

/// `proc-maps`: what a Linux process had mapped, as `/proc/PID/maps` shows it. One event a mapping, at the time of the file.
///
///     7f921e5eb000-7f921edeb000 rw-p 00000000 00:00 0
///     7f921edee000-7f921ee14000 r--p 00000000 fe:00 333151      /usr/lib/x86_64-linux-gnu/libc.so.6
///
/// The process is the one that the path names (`proc/13154/maps`, `13154.maps`, `maps_13154.txt`); else it stays open.
/// Source: proc_pid_maps(5).
struct ProcMapsFormat: LineFormat {
    static let name = "proc-maps"
    static let segmentation = Segmentation.lines(bytes: 1 << 20)
    /// Lines that recognition looks at.
    private static let sampleLimit = 16
    private var writer = FieldWriter(map: FieldMap.named("proc-maps"))
    private var process: [UInt8] = []

    init() {}

    /// Certain when all of the first lines are mappings.
    static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        let lines = Lines.sample(head, limit: sampleLimit)
        guard !lines.isEmpty, lines.allSatisfy({ MapLine(head, $0) != nil }) else { return nil }
        return lines.count > 1 ? .certain : .likely
    }

    mutating func begin(_ source: SourceFacts) {
        writer.begin(source)
        process = Self.process(of: source.path).map { Array($0.utf8) } ?? []
    }

    mutating func decodeLine(
        _ bytes: RawSpan, _ line: Range<Int>, _ fileOffset: Int64, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        let place = fileOffset + Int64(line.lowerBound)
        guard let mapping = MapLine(bytes, line) else {
            return batch.defects.append(
                Defect(code: "proc-maps-line", offset: place, detail: "no mapping of memory", recordsLost: 1))
        }
        writer.begin(batch)
        add(mapping.start, as: "Map.Start", into: &batch, vocabulary: &vocabulary)
        add(mapping.end, as: "Map.End", into: &batch, vocabulary: &vocabulary)
        add(mapping.permissions, as: "Map.Permissions", into: &batch, vocabulary: &vocabulary)
        add(mapping.offset, as: "Map.Offset", into: &batch, vocabulary: &vocabulary)
        add(mapping.path, as: "Path", into: &batch, vocabulary: &vocabulary)
        if !process.isEmpty {
            writer.add(writer.name("ProcessId", vocabulary: &vocabulary), text: process, into: &batch)
        }
        let record = FieldWriter.Record(offset: place, length: line.count, record: UInt64(batch.lineCount))
        writer.end(record, into: &batch, vocabulary: &vocabulary)
    }

    private mutating func add(
        _ part: Range<Int>, as name: StaticString, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        guard !part.isEmpty else { return }
        writer.add(
            writer.name(name, vocabulary: &vocabulary), offset: part.lowerBound, length: part.count, into: &batch)
    }

    /// The process id that a path names: a folder `proc/PID`, or the only number of the file's name.
    static func process(of path: String) -> Substring? {
        let parts = path.split { $0 == "/" || $0 == "\\" || $0 == "!" }
        for (index, part) in parts.enumerated().dropLast() where part == "proc" {
            if isNumber(parts[index + 1]) { return parts[index + 1] }
        }
        guard let name = parts.last else { return nil }
        let numbers = name.split { !("0"..."9").contains($0) }.filter(isNumber)
        return numbers.count == 1 ? numbers.first : nil
    }

    /// At most 2²² (`PID_MAX_LIMIT`), so seven digits.
    private static func isNumber(_ text: Substring) -> Bool {
        (1...7).contains(text.utf8.count) && text.utf8.allSatisfy { $0 &- 0x30 < 10 }
    }
}

/// The parts of one mapping's line: `start-end permissions offset device inode path`.
struct MapLine {
    let start: Range<Int>
    let end: Range<Int>
    let permissions: Range<Int>
    let offset: Range<Int>
    /// Empty for memory without a file.
    let path: Range<Int>

    /// Nil when the line is none.
    init?(_ text: RawSpan, _ line: Range<Int>) {
        var cursor = line.lowerBound
        func word() -> Range<Int>? {
            while cursor < line.upperBound, text.uint8(at: cursor) == 0x20 { cursor += 1 }
            let start = cursor
            while cursor < line.upperBound, let byte = text.uint8(at: cursor), byte != 0x20 { cursor += 1 }
            return start < cursor ? start..<cursor : nil
        }
        guard let span = word(), let permissions = word(), let offset = word(), let device = word(), word() != nil,
            let dash = span.first(where: { text.uint8(at: $0) == UInt8(ascii: "-") }),
            Self.isHex(text, span.lowerBound..<dash), Self.isHex(text, (dash + 1)..<span.upperBound),
            permissions.count == 4, Self.isPermissions(text, permissions), Self.isHex(text, offset),
            device.contains(where: { text.uint8(at: $0) == UInt8(ascii: ":") })
        else { return nil }
        while cursor < line.upperBound, text.uint8(at: cursor) == 0x20 { cursor += 1 }
        var last = line.upperBound
        while last > cursor, text.uint8(at: last - 1) == 0x20 { last -= 1 }
        start = span.lowerBound..<dash
        end = (dash + 1)..<span.upperBound
        self.permissions = permissions
        self.offset = offset
        path = cursor..<last
    }

    private static func isHex(_ text: RawSpan, _ range: Range<Int>) -> Bool {
        guard (1...16).contains(range.count) else { return false }
        return range.allSatisfy { index in
            guard let byte = text.uint8(at: index) else { return false }
            return byte &- 0x30 < 10 || byte &- 0x61 < 6
        }
    }

    private static func isPermissions(_ text: RawSpan, _ range: Range<Int>) -> Bool {
        let letters: [[UInt8]] = [Array("r-".utf8), Array("w-".utf8), Array("x-".utf8), Array("ps".utf8)]
        return zip(range, letters).allSatisfy { index, allowed in
            text.uint8(at: index).map(allowed.contains) ?? false
        }
    }
}
