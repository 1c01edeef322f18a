import Bytes
import Events

extension Timestamp {
    /// `2026-11-23T17:28:36.510911245Z`, or `unknown`.
    var text: String {
        guard self != .unknown else { return "unknown" }
        var output: [UInt8] = []
        RFC3339.append(nanoseconds: nanoseconds, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// Whether it is at most so many nanoseconds away from `other`. Unknown times are near to nothing.
    func isNear(_ other: Timestamp, within distance: Int64) -> Bool {
        guard self != .unknown, other != .unknown else { return false }
        let (difference, overflow) = nanoseconds.subtractingReportingOverflow(other.nanoseconds)
        return !overflow && difference != .min && abs(difference) <= distance
    }

    /// Seconds from `other` to this moment; nil where one is unknown or the distance cannot be told.
    func seconds(since other: Timestamp) -> Int64? {
        guard self != .unknown, other != .unknown else { return nil }
        let (difference, overflow) = nanoseconds.subtractingReportingOverflow(other.nanoseconds)
        return overflow ? nil : difference / 1_000_000_000
    }
}
