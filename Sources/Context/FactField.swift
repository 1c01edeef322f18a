/// A field that the context adds to an event: its name (docs/fields.md) and one or more values.
public struct FactField: Hashable, Sendable, Codable {
    /// e.g. `Process.Ancestors`.
    public var name: String
    /// In order. Adversary text where it is copied from the evidence.
    public var values: [String]

    /// A field of several values.
    public init(_ name: String, _ values: [String]) {
        self.name = name
        self.values = values
    }

    /// A field of one value.
    public init(_ name: String, _ value: String) { self.init(name, [value]) }

    /// A number, whole where it is whole, else with three digits.
    public init(_ name: String, _ number: Double) {
        let isWhole = number == number.rounded() && abs(number) < 1e15
        let text: String
        if isWhole {
            text = String(Int64(number))
        } else {
            let thousandths = Int64((abs(number) * 1000).rounded().clamped(to: 0...9e18))
            let digits = String(thousandths % 1000)
            text =
                (number < 0 ? "-" : "") + String(thousandths / 1000) + "."
                + String(repeating: "0", count: 3 - digits.utf8.count) + digits
        }
        self.init(name, text)
    }

    /// A count.
    public init(_ name: String, _ count: Int) { self.init(name, String(count)) }

    /// `true` or `false`.
    public init(_ name: String, _ flag: Bool) { self.init(name, flag ? "true" : "false") }
}

extension Double {
    fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
        isNaN ? range.lowerBound : Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
