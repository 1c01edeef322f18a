/// Base-2 logarithm without the C library's header, which differs by platform.
enum PELogarithm {
    /// log2 of a positive, finite number, good to about 1e-9.
    ///
    /// x = m · 2^e with m in 1 ..< 2; ln m = 2 · artanh((m − 1) / (m + 1)), whose series converges fast there.
    static func base2(_ value: Double) -> Double {
        let ratio = (value.significand - 1) / (value.significand + 1)
        let square = ratio * ratio
        var sum = 0.0
        var power = ratio
        for index in 0..<12 {
            sum += power / Double(2 * index + 1)
            power *= square
        }
        return Double(value.exponent) + 2 * sum * 1.442695040888963407
    }
}
