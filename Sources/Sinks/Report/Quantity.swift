/// Numbers for people. English conventions, no locale: the same on every machine.
public enum Quantity {
    /// `4,817,181`.
    public static func count(_ number: Int) -> String {
        let digits = String(number.magnitude)
        var grouped = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { grouped.append(",") }
            grouped.append(digit)
        }
        return number < 0 ? "-" + grouped : grouped
    }

    /// A count and its noun: `1 file`, `2 files`.
    public static func count(_ number: Int, _ singular: String, _ plural: String? = nil) -> String {
        count(number) + " " + (number == 1 ? singular : plural ?? singular + "s")
    }

    /// Three digits and a prefix: `950`, `38.8k`, `1.2M`.
    public static func compact(_ number: Double) -> String {
        scaled(number, step: 1000, units: ["", "k", "M", "G", "T"], separator: "")
    }

    /// `512 B`, `38.8 MB`, `1.2 GB`: decimal prefixes, as disks and networks count.
    public static func bytes(_ number: Int64) -> String {
        scaled(Double(number), step: 1000, units: ["B", "kB", "MB", "GB", "TB", "PB"], separator: " ")
    }

    /// `0.42 s`, `12.4 s`, `4:05`, `1:02:03`.
    public static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0 else { return "?" }
        if seconds < 10 { return decimal(seconds, digits: 2) + " s" }
        if seconds < 60 { return decimal(seconds, digits: 1) + " s" }
        return clock(seconds)
    }

    /// A span of time in one unit, rounded: `12 s`, `4 min`, `3 h`, `2 days`.
    public static func span(nanoseconds: Int64) -> String {
        let seconds = Double(max(0, nanoseconds)) / 1e9
        if seconds < 1 { return "1 s" }
        if seconds < 99.5 { return "\(Int(seconds.rounded())) s" }
        if seconds < 99.5 * 60 { return "\(Int((seconds / 60).rounded())) min" }
        if seconds < 47.5 * 3600 { return "\(Int((seconds / 3600).rounded())) h" }
        return count(Int((seconds / 86_400).rounded()), "day")
    }

    /// `0:07`, `4:05`, `1:02:03`.
    public static func clock(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 3_600_000 else { return "?" }
        let whole = Int(seconds.rounded())
        let minutes = whole / 60 % 60
        let tail = two(whole % 60)
        return whole >= 3600 ? "\(whole / 3600):\(two(minutes)):\(tail)" : "\(minutes):\(tail)"
    }

    /// A share of a whole: `99.42 %`. Never `100 %` (nor `0 %`) of what is not all (or nothing).
    public static func percent(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return "0 %" }
        if part >= whole { return "100 %" }
        if part <= 0 { return "0 %" }
        let share = Double(part) / Double(whole) * 100
        return decimal(min(max(share, 0.01), 99.99), digits: 2) + " %"
    }

    /// `3.14`: rounded, with exactly so many digits.
    public static func decimal(_ number: Double, digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = (number.magnitude * scale).rounded()
        guard scaled < 9e15 else { return "\(number)" }
        let whole = Int(scaled) / Int(scale)
        let fraction = String(Int(scaled) % Int(scale))
        let sign = number < 0 ? "-" : ""
        guard digits > 0 else { return sign + "\(whole)" }
        return sign + "\(whole)." + String(repeating: "0", count: digits - fraction.count) + fraction
    }

    private static func scaled(_ number: Double, step: Double, units: [String], separator: String) -> String {
        var rest = number
        var unit = 0
        while rest >= step * 0.9995, unit + 1 < units.count {
            rest /= step
            unit += 1
        }
        let digits = unit == 0 ? 0 : rest < 99.95 ? 1 : 0
        return decimal(rest, digits: digits) + separator + units[unit]
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
