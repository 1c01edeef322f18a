import Sigma

/// What a filter says of itself as an exception, in the custom key `siloscope`: who answers for it, why, until when, and
/// for which content of its rules.
struct ExceptionTerms: Equatable {
    /// Until when an exception is meant.
    enum Expiry: Equatable {
        case never
        /// Its last day, in days since 1970-01-01.
        case last(Int)
        /// Something stands there that is no day.
        case unreadable
    }

    var owner: String
    var reason: String
    var expires: String
    var expiry: Expiry
    /// SHA-256 of the rule's detection by the rule's id in lower case; under `` for any rule.
    var hashes: [String: String]

    init(_ metadata: Metadata) {
        owner = metadata.custom["siloscope.owner"] ?? ""
        reason = metadata.custom["siloscope.reason"] ?? ""
        expires = metadata.custom["siloscope.expires"] ?? ""
        expiry = expires.isEmpty ? .never : ExceptionTerms.day(expires).map(Expiry.last) ?? .unreadable
        hashes = ExceptionTerms.hashes(metadata.custom["siloscope.content_sha256"] ?? "")
    }

    /// The hash that the rule must have, if the exception states one.
    func hash(for rule: Metadata) -> String? { hashes[rule.id.lowercased()] ?? hashes[""] }

    /// `{ID: HASH, ID: HASH}` as custom maps are kept, or a single hash.
    private static func hashes(_ text: String) -> [String: String] {
        var hashes: [String: String] = [:]
        for pair in text.split(whereSeparator: { "{},".contains($0) }) {
            let parts = pair.split(separator: ":", maxSplits: 1).map { $0.filter { $0 != " " }.lowercased() }
            if parts.count == 2 { hashes[parts[0]] = parts[1] } else if let hash = parts.first { hashes[""] = hash }
        }
        return hashes.filter { !$0.value.isEmpty }
    }

    /// `2027-02-22`, also with a time behind it, which is not looked at.
    static func day(_ text: String) -> Int? {
        let parts = text.prefix(10).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.map(\.utf8.count) == [4, 2, 2], let year = Int(parts[0]),
            let month = Int(parts[1]), let day = Int(parts[2]), (1...12).contains(month), (1...31).contains(day),
            (1970...9999).contains(year)
        else { return nil }
        return days(year, month, day)
    }

    /// Days since 1970-01-01 (Howard Hinnant, `days_from_civil`).
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
