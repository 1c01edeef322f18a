import Bytes
import Events

/// Turns times of day into moments: which day the first one belongs to, and where midnight passes.
///
/// The day of the first record is, best first:
/// 1. what the user said (``SourceFacts/day``);
/// 2. the day on which the file was last written, or the one before when the first time of day is later than that moment's:
///    the last record was written then, so that a trace of less than 24 hours can have begun nowhere else;
/// 3. ``assumedDay``, a day that nobody takes for a real one; the decoder says so once.
///
/// A step back of more than twelve hours is midnight passed forward. Smaller ones are lines of several threads out of order.
struct DayClock: Sendable {
    /// The day of records whose source says nothing of it. Not 1970-01-01, which is what a clock that was never set shows.
    static let assumedDay = CivilDate(year: 2000, month: 1, day: 1)
    static let nanosecondsOfDay = 86_400 * 1_000_000_000

    private var day: Int64?
    private var previous = 0
    private var source = SourceFacts()
    /// Whether the day had to be assumed.
    private(set) var isAssumed = false

    /// A clock that has seen nothing.
    init() {}

    /// A clock of a source that is read from its start.
    init(_ source: SourceFacts) { self.source = source }

    /// The moment of a record at so many nanoseconds after midnight, local time; unknown where the day would have to be
    /// assumed.
    mutating func timestamp(at time: Int64) -> Timestamp {
        guard day != nil || source.day != nil || source.modified.map({ $0 != .unknown }) == true else {
            return .unknown
        }
        return moment(ofDay: Int(time))
    }

    /// Forgets everything and turns to another source.
    mutating func begin(_ source: SourceFacts) {
        self = DayClock()
        self.source = source
    }

    /// The moment of a record at so many nanoseconds after midnight, local time.
    mutating func moment(ofDay time: Int) -> Timestamp {
        var day = self.day ?? firstDay(time)
        if self.day != nil {
            if previous - time > Self.nanosecondsOfDay / 2 {
                day += 1
            } else if time - previous > Self.nanosecondsOfDay / 2 {
                // A line from before midnight, written after one from after it.
                return stamp(day - 1, time)
            }
        }
        self.day = day
        previous = time
        return stamp(day, time)
    }

    /// Where a trace begins whose records state only how much later they are than the one before: midnight of the day the
    /// user said, else the moment the file was last written (too late by the trace's length), else the assumed day.
    mutating func origin() -> Timestamp {
        if let day = source.day { return stamp(day.daysSince1970, 0) }
        isAssumed = true
        return source.modified ?? stamp(Self.assumedDay.daysSince1970, 0)
    }

    private mutating func firstDay(_ time: Int) -> Int64 {
        if let day = source.day { return day.daysSince1970 }
        guard let modified = source.modified, modified != .unknown else {
            isAssumed = true
            return Self.assumedDay.daysSince1970
        }
        let local = modified.nanoseconds.addingReportingOverflow(Int64(source.zone) * 1_000_000_000)
        guard !local.overflow else { return Self.assumedDay.daysSince1970 }
        let length = Int64(Self.nanosecondsOfDay)
        let day = local.partialValue >= 0 ? local.partialValue / length : (local.partialValue - length + 1) / length
        // The file is written after its last record, by less than a second of rounding.
        return Int64(time) <= local.partialValue - day * length + 1_000_000_000 ? day : day - 1
    }

    private func stamp(_ day: Int64, _ time: Int) -> Timestamp {
        let (start, overflow) = day.multipliedReportingOverflow(by: Int64(Self.nanosecondsOfDay))
        let (sum, carry) = start.addingReportingOverflow(Int64(time) - Int64(source.zone) * 1_000_000_000)
        return overflow || carry ? .unknown : Timestamp(nanoseconds: sum)
    }
}
