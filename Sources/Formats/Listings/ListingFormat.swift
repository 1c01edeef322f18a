import Bytes
import Events

/// Names a listing that is a format of its own.
protocol ListingName: Sendable {
    /// The format's name, that of its entries in ``Listing/all``.
    static var name: String { get }
}

enum CrictlContainers: ListingName { static let name = "crictl-ps" }
enum CrictlPods: ListingName { static let name = "crictl-pods" }
enum CrictlImages: ListingName { static let name = "crictl-images" }
enum CtrContainers: ListingName { static let name = "ctr-containers" }
enum CtrTasks: ListingName { static let name = "ctr-tasks" }
enum DockerContainers: ListingName { static let name = "docker-ps" }
enum DockerImages: ListingName { static let name = "docker-images" }
enum DockerTop: ListingName { static let name = "docker-top" }

/// A table that a tool prints: one event a row, at the time of the file, since rows state none.
///
/// Fields have the names of the columns; the map `listings` gives the common ones.
struct ListingFormat<Name: ListingName>: Format {
    static var name: String { Name.name }
    static var segmentation: Segmentation { .sequence(bytes: 1 << 20) }
    static var speaksOfContainers: Bool {
        Listing.all.contains { $0.name == Name.name && $0.speaksOfContainers }
    }

    private var writer = FieldWriter(map: FieldMap.named("listings"))
    private var columns: [Listing.Column] = []
    private var kind = FieldKinds.plain
    private var next: Int64 = 0
    private var record: UInt64 = 0

    init() {}

    /// Certain when the first line that is not blank (or one after a shell's prompt) is the header.
    static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        let isListing = Lines.sample(head, limit: 2).contains { line in
            Listing.of(Listing.columns(head, line))?.name == Name.name
        }
        return isListing ? .certain : nil
    }

    mutating func begin(_ source: SourceFacts) {
        writer.begin(source)
        columns = []
        (next, record) = (0, 0)
    }

    mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let storage = batch.base
        let bytes = storage.bytes
        var position = max(range.lowerBound, Int(clamping: next - fileOffset))
        if fileOffset == 0, position == 0 { position = JSONShape.lengthOfMark(bytes) }
        while position < range.upperBound {
            let newline = Lines.end(bytes, from: position)
            let end = Lines.withoutReturn(bytes, position, newline)
            if end > position {
                decodeLine(bytes, position..<end, fileOffset, into: &batch, vocabulary: &vocabulary)
            }
            position = newline + 1
        }
        next = fileOffset + Int64(position)
    }

    private mutating func decodeLine(
        _ bytes: RawSpan, _ line: Range<Int>, _ fileOffset: Int64, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        let place = fileOffset + Int64(line.lowerBound)
        let header = Listing.columns(bytes, line)
        if let listing = Listing.of(header) {
            columns = header
            let name = Array(listing.kind.description.utf8)
            kind = writer.kind(named: name.span.bytes)
            return
        }
        guard !columns.isEmpty else {
            // Before the header: a prompt.
            return batch.defects.append(
                Defect(code: "listing-line", offset: place, detail: "a line before the header"))
        }
        let row = ListingRow(bytes, line, columns)
        record += 1
        writer.begin(batch)
        for (cell, column) in zip(row.cells, columns) where !cell.isEmpty {
            let key = Array(column.name.utf8)
            let name = writer.name(key.span.bytes, vocabulary: &vocabulary)
            writer.add(name, offset: cell.lowerBound, length: cell.count, into: &batch)
        }
        var entry = FieldWriter.Record(offset: place, length: line.count, record: record)
        entry.kind = kind
        writer.end(entry, into: &batch, vocabulary: &vocabulary)
    }
}
