import Archives

/// The content of the member that a reader stands at: its head, then the rest piece by piece.
struct MemberContent {
    /// The reader, unless this was salvaged without one.
    let reader: ArchiveReader?
    /// What the member is in.
    let kind: ArchiveKind
    private let archivePath: String
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

    init(_ reader: ArchiveReader, of archivePath: String) {
        self.reader = reader
        self.kind = reader.kind
        self.archivePath = archivePath
    }

    /// What can be had of a gzip file whose first block the library cannot read.
    init(salvagedFrom path: String, after fault: ArchiveError) {
        reader = nil
        kind = .gzip
        archivePath = path
        head = GzipTail.bytes(of: path, behind: 0)
        read = Int64(head.count)
        isAtEnd = true
        self.fault = fault
    }

    /// Reads the head.
    mutating func readHead() {
        while head.count < Formats.headLength, next() != nil { head += piece }
    }

    /// Reads the next piece; the number of its bytes, nil when there is none.
    mutating func next() -> Int? {
        guard !isAtEnd, let reader else { return nil }
        piece.removeAll(keepingCapacity: true)
        do {
            isAtEnd = try !reader.read(appendingTo: &piece)
        } catch {
            fault = error
            isAtEnd = true
            if kind == .gzip, reader.isBare, read <= GzipTail.deliveredLimit {
                piece = GzipTail.bytes(of: archivePath, behind: Int(read))
            }
        }
        read += Int64(piece.count)
        return piece.isEmpty ? nil : piece.count
    }
}
