/// Which source of the evidence a record lies in: its number in the evidence.
///
/// Sources that only a baseline knows keep numbers of their own, before all present ones, so that state that was gathered from
/// them is never taken for that of a present source: coding puts the numbers right, wherever they are kept.
public struct SourceNumber: Hashable, Comparable, Sendable, ExpressibleByIntegerLiteral {
    /// 0 and up: an index of the evidence; -1: none; the lower half of the negative ones: a source of earlier evidence.
    public var number: Int32

    /// No source.
    public static let none = SourceNumber(number: -1)

    private init(number: Int32) { self.number = number }

    /// The source at an index of the evidence.
    public init(_ index: Int) { number = Int32(clamping: index) }

    /// A source by a literal number, as tests write it.
    public init(integerLiteral number: Int32) { self.number = number }

    /// The `index`-th source of the evidence that a baseline was made from.
    public static func prior(_ index: Int) -> SourceNumber {
        SourceNumber(number: Int32.min + Int32(clamping: index))
    }

    /// The index of an earlier source; nil for a present one.
    public var priorIndex: Int? { number < Int32.min / 2 ? Int(number) - Int(Int32.min) : nil }

    /// The index of a present source; nil for none and for an earlier one.
    public var index: Int? { number >= 0 ? Int(number) : nil }

    /// Orders by number: earlier sources first.
    public static func < (left: SourceNumber, right: SourceNumber) -> Bool { left.number < right.number }
}

extension CodingUserInfoKey {
    /// Set on a decoder: sources become earlier ones.
    public static var sourcesBecomePrior: CodingUserInfoKey { key("siloscope.sources.prior") }
    /// Set on an encoder: how many earlier sources there are; present ones are numbered after them.
    public static var sourcesAfterPrior: CodingUserInfoKey { key("siloscope.sources.after") }

    private static func key(_ name: String) -> CodingUserInfoKey {
        guard let key = CodingUserInfoKey(rawValue: name) else { preconditionFailure("a key of a fixed name") }
        return key
    }
}

extension SourceNumber: Codable {
    /// Reads a number; see ``CodingUserInfoKey/sourcesBecomePrior``.
    public init(from decoder: any Decoder) throws {
        let number = try decoder.singleValueContainer().decode(Int32.self)
        let becomesPrior = decoder.userInfo[.sourcesBecomePrior] as? Bool == true
        self = becomesPrior && number >= 0 ? .prior(Int(number)) : SourceNumber(number: number)
    }

    /// Writes a number; see ``CodingUserInfoKey/sourcesAfterPrior``.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        let earlier = encoder.userInfo[.sourcesAfterPrior] as? Int ?? 0
        try container.encode(
            priorIndex.map { Int32(clamping: $0) } ?? (number >= 0 ? number + Int32(clamping: earlier) : number))
    }
}
