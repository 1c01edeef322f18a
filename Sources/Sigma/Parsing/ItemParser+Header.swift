/// The key of an item, taken apart.
struct ItemHeader {
    /// `nil` for keywords.
    var field: String?
    /// In the order written.
    var modifiers: [Modifier]
    /// The type of test, when a modifier decides it.
    var family: Modifier.Family?
}

extension ItemParser {
    /// `field|modifier|modifier`; `nil` when a modifier is unknown or the combination has no meaning.
    func header(_ pair: YAMLPair, _ report: inout DocumentReport) -> ItemHeader? {
        guard pair.key.utf8.contains(UInt8(ascii: "|")) else {
            return ItemHeader(field: pair.key.isEmpty ? nil : pair.key, modifiers: [], family: nil)
        }
        let parts = pair.key.split(separator: "|", omittingEmptySubsequences: false)
        var modifiers: [Modifier] = []
        for name in parts.dropFirst() {
            guard let modifier = Modifier(rawValue: String(name)) else {
                let hint = Modifier.nearest(to: String(name)).map { "did you mean '\($0.rawValue)'?" }
                report.error(.unknownModifier, "unknown modifier '\(name)'", at: pair.place, hint: hint)
                return nil
            }
            modifiers.append(modifier)
        }
        let field = parts.first.flatMap { $0.isEmpty ? nil : String($0) }
        return header(field, modifiers, pair, &report)
    }

    private func header(
        _ field: String?, _ modifiers: [Modifier], _ pair: YAMLPair, _ report: inout DocumentReport
    ) -> ItemHeader? {
        let deciding = modifiers.filter { $0.family != nil }
        if let first = deciding.first, let second = deciding.first(where: { $0.family != first.family }) {
            report.error(
                .modifierConflict, "'\(first.rawValue)' and '\(second.rawValue)' do not combine", at: pair.place)
            return nil
        }
        let family = deciding.first?.family
        for modifier in modifiers where modifier.family == nil && !Self.combines(modifier, with: family) {
            let other = deciding.first.map { "'\($0.rawValue)'" } ?? "an item without 're'"
            report.error(.modifierConflict, "'\(modifier.rawValue)' does not combine with \(other)", at: pair.place)
            return nil
        }
        let encodings = modifiers.filter { $0 == .base64 || $0 == .base64offset }
        if encodings.count > 1, family == nil {
            report.error(.modifierConflict, "only one of 'base64' and 'base64offset' may be given", at: pair.place)
            return nil
        }
        if case .exists = family, modifiers.count > 1, modifiers.contains(.all) {
            report.error(.modifierConflict, "'exists' takes a single boolean", at: pair.place)
            return nil
        }
        return ItemHeader(field: field, modifiers: modifiers, family: family)
    }

    /// Whether a modifier has a meaning beside the one that decides the type of test (`nil`: a plain text comparison).
    private static func combines(_ modifier: Modifier, with family: Modifier.Family?) -> Bool {
        if modifier == .all || modifier == .neq { return true }
        guard let family else { return !modifier.isExpressionFlag }
        switch family {
        // `contains`, `startswith` and `endswith` add `.*` to an expression (pySigma), which a search does not notice.
        case .expression:
            return modifier.isExpressionFlag || modifier.isAnchor || modifier == .cased || modifier == .expand
        case .reference: return modifier.isAnchor || modifier == .cased
        case .network: return modifier == .expand
        case .exists, .comparison, .time: return false
        }
    }
}
