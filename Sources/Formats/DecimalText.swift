import Bytes

/// Whole numbers as text.
enum DecimalText {
    /// The number that the digits state; nil for anything else and past Int64.
    static func parse(_ text: RawSpan) -> Int64? {
        guard 1...19 ~= text.byteCount else { return nil }
        var value: Int64 = 0
        for index in 0..<text.byteCount {
            guard let byte = text.uint8(at: index), byte &- 0x30 < 10 else { return nil }
            let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tenfold.addingReportingOverflow(Int64(byte &- 0x30))
            guard !overflow, !carry else { return nil }
            value = sum
        }
        return value
    }
}
