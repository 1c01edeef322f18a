import Bytes
public import Events

/// A format whose lines are read one by one, each on its own.
public protocol LineFormat: Format {
    /// Appends an event for a line that is not empty, or a defect.
    ///
    /// - Parameters:
    ///   - line: Its place in `bytes`, without its end.
    ///   - fileOffset: Offset of the first byte of `bytes` in the source.
    mutating func decodeLine(
        _ bytes: RawSpan, _ line: Range<Int>, _ fileOffset: Int64, into batch: inout EventBatch,
        vocabulary: inout Vocabulary)
}

extension LineFormat {
    /// Reads the lines that start in `range`.
    public mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let storage = batch.base
        let bytes = storage.bytes
        var lines = LineSequence()
        lines.begin(range, fileOffset: fileOffset, bytes)
        while let line = lines.nextLine(bytes, &batch) {
            if !line.isEmpty { decodeLine(bytes, line, fileOffset, into: &batch, vocabulary: &vocabulary) }
        }
    }
}
