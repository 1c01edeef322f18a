import Crypto
public import Events
import Foundation
public import Sigma

/// Which exceptions (Sigma filters) hold on a day: one that has expired, or whose rule has changed since it was written,
/// hides nothing, and that is said.
public struct ExceptionPolicy: Sendable {
    /// Days since 1970-01-01.
    private let day: Int

    /// The policy of a day in UTC; of the present one without.
    public init(on day: Timestamp? = nil) {
        let seconds = day.map { Double($0.nanoseconds) / 1e9 } ?? Date().timeIntervalSince1970
        self.day = Int((seconds / 86_400).rounded(.down))
    }

    /// SHA-256 of what a rule detects, hexadecimal: what `siloscope.content_sha256` of an exception states. The rule is as it
    /// stands in its file, without filters.
    public static func contentHash(of rule: Rule) -> String {
        AlertIdentity.hex(SHA256.hash(data: rule.detectionForm))
    }

    /// Whether a filter holds for a rule. A day that cannot be read is over: better an alert too many.
    public func judge(_ filter: Filter, _ rule: Rule) -> FilterVerdict {
        let terms = ExceptionTerms(filter.metadata)
        switch terms.expiry {
        case .never: break
        case .last(let last): if day > last { return .expired }
        case .unreadable: return .expired
        }
        guard let stated = terms.hash(for: rule.metadata) else { return .applied }
        return stated == ExceptionPolicy.contentHash(of: rule) ? .applied : .outdated
    }

    /// What authors of exceptions should know, by place: nobody answers for it, it never ends, it has ended, a rule of it
    /// has changed.
    public func diagnostics(of set: RuleSet) -> [Diagnostic] {
        var found: [Diagnostic] = []
        for (index, filter) in set.filters.enumerated() {
            let terms = ExceptionTerms(filter.metadata)
            found += complaints(about: filter, terms)
            for aside in set.filtersSetAside where aside.filter == index && aside.verdict == .outdated {
                let rule = set.unfilteredRule(aside.rule)
                let message =
                    "the rule '\(rule.metadata.title)' has changed since the exception was written: it is not applied"
                found.append(
                    Diagnostic(
                        .outdatedFilter, .warning, at: filter.place, message,
                        hint: "review it, then state content_sha256 \(ExceptionPolicy.contentHash(of: rule))"))
            }
        }
        return found
    }

    private func complaints(about filter: Filter, _ terms: ExceptionTerms) -> [Diagnostic] {
        var found: [Diagnostic] = []
        let missing = [("owner", terms.owner), ("reason", terms.reason), ("expires", terms.expires)].filter(\.1.isEmpty)
        if !missing.isEmpty {
            let names = missing.map(\.0).joined(separator: ", ")
            found.append(
                Diagnostic(
                    .unownedFilter, .warning, at: filter.place, "the exception has no \(names)",
                    hint: "say it under the key siloscope"))
        }
        switch terms.expiry {
        case .never: break
        case .unreadable:
            found.append(
                Diagnostic(
                    .expiredFilter, .warning, at: filter.place,
                    "'\(terms.expires)' is no day: the exception is not applied", hint: "write expires: 2027-02-22"))
        case .last(let last) where day > last:
            found.append(
                Diagnostic(
                    .expiredFilter, .warning, at: filter.place,
                    "the exception ended on \(terms.expires): it is not applied",
                    hint: "remove it, or review it and give it a new day"))
        case .last: break
        }
        return found
    }
}
