/// Windows' FILETIME (100 ns ticks since 1601-01-01, UTC) and nanoseconds since 1970-01-01.
public enum WindowsTime {
    /// FILETIME of 1970-01-01T00:00:00Z.
    public static let unixEpoch: UInt64 = 116_444_736_000_000_000

    /// Nanoseconds since 1970 of a FILETIME. Saturates: an Int64 of nanoseconds ends at 1677 and 2262.
    @inlinable
    public static func nanoseconds(fileTime: UInt64) -> Int64 {
        let (ticks, overflow) = Int64(bitPattern: fileTime & 0x7FFF_FFFF_FFFF_FFFF)
            .subtractingReportingOverflow(Int64(unixEpoch))
        if overflow || fileTime > 0x7FFF_FFFF_FFFF_FFFF { return .max }
        let (nanoseconds, tooLarge) = ticks.multipliedReportingOverflow(by: 100)
        return tooLarge ? (ticks < 0 ? .min : .max) : nanoseconds
    }

    /// FILETIME of nanoseconds since 1970, rounded down to 100 ns.
    @inlinable
    public static func fileTime(nanoseconds: Int64) -> UInt64 {
        let ticks = nanoseconds >= 0 ? nanoseconds / 100 : -((99 - nanoseconds) / 100)
        return UInt64(bitPattern: Int64(unixEpoch) + ticks)
    }

    /// Appends a FILETIME as `2024-01-02T03:04:05.1234567Z` (always seven fraction digits).
    public static func appendRFC3339(fileTime: UInt64, to output: inout [UInt8]) {
        let seconds = fileTime / 10_000_000
        let (days, secondOfDay) = seconds.quotientAndRemainder(dividingBy: 86_400)
        // 134774 days lie between 1601-01-01 and 1970-01-01.
        let date = CivilDate(daysSince1970: Int64(days) - 134_774)
        RFC3339.append(
            date, secondOfDay: Int(secondOfDay), fraction: Int(fileTime % 10_000_000), digits: 7, to: &output)
    }
}
