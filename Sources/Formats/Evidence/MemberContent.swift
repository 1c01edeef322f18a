import Archives

/// The content of the member that a reader stands at: its head, then the rest piece by piece.
struct MemberContent {
    let reader: ArchiveReader
    /// The first bytes: ``Formats/headLength``, or all there are, or a little more.
    private(set) var head: [UInt8] = []
    /// The piece read last.
    private(set) var piece: [UInt8] = []
    /// Bytes read.
    private(set) var read: Int64 = 0
    /// Whether nothing more comes.
    private(set) var isAtEnd = false
    /// Why nothing more comes, if that is not the end.
    private(set) var fault: ArchiveError?

    init(_ reader: ArchiveReader) { self.reader = reader }

    /// Reads the head.
    mutating func readHead() {
        while head.count < Formats.headLength, next() != nil { head += piece }
    }

    /// Reads the next piece; the number of its bytes, nil when there is none.
    mutating func next() -> Int? {
        guard !isAtEnd else { return nil }
        piece.removeAll(keepingCapacity: true)
        do {
            isAtEnd = try !reader.read(appendingTo: &piece)
        } catch {
            fault = error
            isAtEnd = true
        }
        read += Int64(piece.count)
        return isAtEnd ? nil : piece.count
    }
}
