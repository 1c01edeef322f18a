import Bytes
import Events

/// The lines of a source that is read in pieces: a line belongs to the piece it starts in and may reach past it. Kept from piece
/// to piece by formats that read in order (``Segmentation/sequence(bytes:)``), made anew for each piece by others.
struct LineSequence: Sendable {
    /// Longest line in bytes; of longer ones a defect is made.
    static let lineLimit = 16 << 20

    /// Source offset of the next line.
    private(set) var next: Int64 = 0
    /// Lines so far.
    private(set) var count: UInt64 = 0
    private var position = 0
    private var end = 0
    private var fileOffset: Int64 = 0

    /// Begins a piece.
    mutating func begin(_ range: Range<Int>, fileOffset: Int64, _ bytes: RawSpan) {
        self.fileOffset = fileOffset
        position = max(range.lowerBound, Int(clamping: next - fileOffset))
        if fileOffset == 0, position == 0 { position = JSONShape.lengthOfMark(bytes) }
        end = range.upperBound
    }

    /// The next line that starts in the piece, without its end (LF or CRLF); too long ones are skipped with a defect. nil at
    /// the end of the piece.
    mutating func nextLine(_ bytes: RawSpan, _ batch: inout EventBatch) -> Range<Int>? {
        while position < end {
            let start = position
            let newline = bytes.firstOffset(of: 0x0A, from: start) ?? bytes.byteCount
            position = newline + 1
            next = fileOffset + Int64(position)
            count += 1
            batch.lineCount += 1
            var last = newline
            if last > start, bytes.uint8(at: last - 1) == 0x0D { last -= 1 }
            if last - start <= Self.lineLimit { return start..<last }
            batch.defects.append(
                Defect(
                    code: "line-too-long", offset: fileOffset + Int64(start),
                    detail: "longer than \(Self.lineLimit >> 20) MiB", recordsLost: 1))
        }
        return nil
    }

    /// Whether the line that ends at `offset` ends with the source's last byte instead of a line end.
    func isCut(_ bytes: RawSpan, at offset: Int) -> Bool { offset >= bytes.byteCount }
}
