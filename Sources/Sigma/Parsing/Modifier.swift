/// The value modifiers of Sigma 2.1.0, and the long names pySigma knows for the flags of `re`.
enum Modifier: String, CaseIterable {
    case contains, startswith, endswith, all, cased, exists, neq
    case re, i, m, s, ignorecase, multiline, dotall
    case cidr, base64, base64offset
    case utf16le, wide, utf16be, utf16
    case windash, expand, fieldref
    case lt, lte, gt, gte
    case minute, hour, day, week, month, year

    /// What decides the type of the test; at most one may be given.
    enum Family: Equatable {
        case exists, expression, network, reference, comparison(Comparison), time(TimePart)
    }

    var family: Family? {
        switch self {
        case .exists: .exists
        case .re: .expression
        case .cidr: .network
        case .fieldref: .reference
        case .lt, .lte, .gt, .gte: Comparison(rawValue: rawValue).map(Family.comparison)
        case .minute, .hour, .day, .week, .month, .year: TimePart(rawValue: rawValue).map(Family.time)
        default: nil
        }
    }

    /// Whether it is a flag of a regular expression.
    var isExpressionFlag: Bool {
        switch self {
        case .i, .m, .s, .ignorecase, .multiline, .dotall: true
        default: false
        }
    }

    /// Whether it changes the text of a string value.
    var isEncoding: Bool {
        switch self {
        case .base64, .base64offset, .utf16le, .wide, .utf16be, .utf16, .windash: true
        default: false
        }
    }

    var isAnchor: Bool { self == .contains || self == .startswith || self == .endswith }

    /// The modifier an author probably meant.
    static func nearest(to name: String) -> Modifier? {
        let known: [(modifier: Modifier, distance: Int)] = allCases.map {
            ($0, editDistance($0.rawValue, name.lowercased()))
        }
        guard let best = known.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= 2 && best.distance < best.modifier.rawValue.count ? best.modifier : nil
    }

    /// Levenshtein distance, of names cut at 32 bytes.
    private static func editDistance(_ left: String, _ right: String) -> Int {
        let left = Array(left.utf8.prefix(32))
        let right = Array(right.utf8.prefix(32))
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let change = diagonal + (a == b ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(change, row[j] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
