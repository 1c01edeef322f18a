import Bytes
import Events
import Formats

/// The day of traces that state times of day only, when the files' own dates cannot be right.
///
/// A trace without dates is put on the day its file was last written. In copied evidence that is the day of the copy: then the
/// engines' own records, which are dated, all end on earlier days than their files were written. Where every one of them
/// does, the traces are put on the day of the latest record instead.
enum EvidenceDay {
    private static let length: Int64 = 86_400 * 1_000_000_000

    /// The day to use, or nil where the files' own dates stand. O(sources).
    static func inferred(
        from sources: [(last: Timestamp?, modified: Timestamp?)]
    ) -> CivilDate? {
        var latest: Int64?
        for source in sources {
            guard let last = source.last, let modified = source.modified, modified != .unknown, last != .unknown else {
                continue
            }
            // A record without a time of its own has that of its file, and says nothing of the file's date.
            guard abs(modified.nanoseconds / 1_000_000_000 - last.nanoseconds / 1_000_000_000) > 1 else { continue }
            guard day(of: modified) > day(of: last) else { return nil }
            latest = max(latest ?? .min, day(of: last))
        }
        return latest.map { CivilDate(daysSince1970: $0) }
    }

    private static func day(of time: Timestamp) -> Int64 {
        time.nanoseconds >= 0 ? time.nanoseconds / length : (time.nanoseconds - length + 1) / length
    }
}
