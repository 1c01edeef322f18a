import Bytes

/// A kind of table that a tool prints: which columns it has, and whose it is.
struct Listing: Sendable {
    /// The format's name.
    let name: String
    /// The kind in the map `listings`.
    let kind: StaticString
    /// Names of columns the header must have, in this order, the first at the start of the line.
    let columns: [String]
    /// Whether the rows say what containers there are.
    var speaksOfContainers = false
    /// Least width of all columns but the last, by which `docker top` differs from `ps`; 1 where any will do.
    var width = 1

    /// All, the more particular before the less.
    static let all: [Listing] = [
        Listing(
            name: "crictl-ps", kind: "crictl-ps", columns: ["CONTAINER", "IMAGE", "CREATED", "STATE", "NAME"],
            speaksOfContainers: true),
        Listing(
            name: "crictl-pods", kind: "crictl-pods", columns: ["POD ID", "CREATED", "STATE", "NAME", "NAMESPACE"]),
        Listing(name: "crictl-images", kind: "crictl-images", columns: ["IMAGE", "TAG", "IMAGE ID", "SIZE"]),
        Listing(
            name: "ctr-containers", kind: "ctr-containers", columns: ["CONTAINER", "IMAGE", "RUNTIME"],
            speaksOfContainers: true),
        Listing(name: "ctr-tasks", kind: "ctr-tasks", columns: ["TASK", "PID", "STATUS"], speaksOfContainers: true),
        Listing(
            name: "docker-ps", kind: "docker-ps", columns: ["CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS"],
            speaksOfContainers: true),
        Listing(name: "docker-images", kind: "docker-images", columns: ["REPOSITORY", "TAG", "IMAGE ID", "CREATED"]),
        Listing(name: "docker-top", kind: "docker-top", columns: ["UID", "PID", "PPID", "C", "STIME"], width: 20),
        Listing(name: "docker-top", kind: "docker-top", columns: ["PID", "PPID", "USER", "COMMAND"], width: 20),
        Listing(name: "docker-top", kind: "docker-top", columns: ["PID", "USER", "COMMAND"], width: 20),
        Listing(name: "docker-top", kind: "docker-top", columns: ["USER", "PID", "%CPU", "%MEM"], width: 20),
        Listing(name: "docker-top", kind: "docker-top", columns: ["PID", "USER", "TIME", "COMMAND"], width: 20),
        Listing(
            name: "docker-top", kind: "docker-top", columns: ["Name", "PID", "CPU", "Private Working Set"], width: 20),
    ]

    /// The listing whose header the line is; nil when it is none.
    static func of(_ columns: [Column]) -> Listing? {
        all.first { listing in
            guard columns.count >= listing.columns.count else { return false }
            let names = columns.map(\.name)
            guard names.prefix(listing.columns.count).elementsEqual(listing.columns) else { return false }
            return zip(columns, columns.dropFirst()).allSatisfy { $1.start - $0.start >= listing.width }
        }
    }

    /// A column: its name and where it begins in the line.
    struct Column: Equatable, Sendable {
        var name: String
        var start: Int
    }

    /// The columns of a header: names of capitals (or as Windows' `docker top` has them), two spaces or a tab between them.
    static func columns(_ text: RawSpan, _ line: Range<Int>) -> [Column] {
        var columns: [Column] = []
        var position = line.lowerBound
        while position < line.upperBound {
            var end = position
            while end < line.upperBound, !isGap(text, end, line.upperBound) { end += 1 }
            columns.append(Column(name: Lines.text(text, position..<end), start: position - line.lowerBound))
            position = end
            while position < line.upperBound, let byte = text.uint8(at: position), byte <= 0x20 { position += 1 }
        }
        return columns
    }

    /// A tab, two spaces, or the end.
    private static func isGap(_ text: RawSpan, _ position: Int, _ end: Int) -> Bool {
        guard let byte = text.uint8(at: position), byte <= 0x20 else { return false }
        if byte == 0x09 { return true }
        guard position + 1 < end, let next = text.uint8(at: position + 1) else { return true }
        return next <= 0x20
    }
}

/// Cuts a row of a table into its cells.
struct ListingRow {
    /// Where the cells lie, one for each column; empty for cells that are not there.
    private(set) var cells: [Range<Int>] = []

    /// - Parameters:
    ///   - line: The row, in `text`.
    ///   - columns: Of the header. A cell begins where its column does; where the row does not have a gap there (the header's
    ///     tabs are wider than its words), rows are cut at gaps.
    init(_ text: RawSpan, _ line: Range<Int>, _ columns: [Listing.Column]) {
        let fits = columns.dropFirst().allSatisfy { column in
            let start = line.lowerBound + column.start
            guard start < line.upperBound, let before = text.uint8(at: start - 1) else { return true }
            return before <= 0x20
        }
        guard fits else {
            let parts = Listing.columns(text, line)
            for (index, part) in parts.enumerated() where index < columns.count {
                let start = line.lowerBound + part.start
                let isLast = index == columns.count - 1
                let end =
                    isLast || index + 1 == parts.count ? line.upperBound : line.lowerBound + parts[index + 1].start
                cells.append(Self.trimmed(text, start..<end))
            }
            return
        }
        for (index, column) in columns.enumerated() {
            let start = min(line.lowerBound + column.start, line.upperBound)
            let end =
                index + 1 < columns.count
                ? min(line.lowerBound + columns[index + 1].start, line.upperBound) : line.upperBound
            cells.append(Self.trimmed(text, start..<max(start, end)))
        }
    }

    private static func trimmed(_ text: RawSpan, _ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, let byte = text.uint8(at: start), byte <= 0x20 { start += 1 }
        while end > start, let byte = text.uint8(at: end - 1), byte <= 0x20 { end -= 1 }
        return start..<end
    }
}
