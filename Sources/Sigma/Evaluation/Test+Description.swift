extension Test: CustomStringConvertible {
    /// The comparison in the words of Sigma: `endswith '\cmd.exe'`, `re /a+/i`, `cidr 10.0.0.0/8`.
    public var description: String {
        switch self {
        case .pattern(let pattern): pattern.description
        case .number(_, let text): "is \(text)"
        case .regularExpression(let expression):
            "re /\(expression.source)/\(expression.ignoreCase ? "i" : "")"
                + "\(expression.multiline ? "m" : "")\(expression.dotAll ? "s" : "")"
        case .network(let network): "cidr \(network)"
        case .compare(let comparison, let number): "\(comparison.rawValue) \(number.shortest)"
        case .fieldReference(let field, let anchor, let cased):
            "\(cased ? "cased " : "")\(anchor == .whole ? "is" : anchor.word) the field \(field)"
        case .null: "is absent"
        case .exists(let present): present ? "exists" : "does not exist"
        case .timePart(let part, let number): "\(part.rawValue) is \(number)"
        }
    }
}

extension Pattern: CustomStringConvertible {
    /// `is 'x'`, `contains 'x'`, `startswith 'x'`, `endswith 'x'`; with inner wildcards `is 'a*b'`, escaped as in Sigma.
    public var description: String {
        var inner = tokens[...]
        var word = "is"
        let leading = inner.first == .anyRun
        let trailing = inner.count > 1 && inner.last == .anyRun
        if inner.count > 1 {
            if leading { inner = inner.dropFirst() }
            if trailing { inner = inner.dropLast() }
            word = leading && trailing ? "contains" : leading ? "endswith" : trailing ? "startswith" : "is"
        }
        let text = inner.map { token in
            switch token {
            case .anyRun: "*"
            case .anyOne: "?"
            case .literal(let literal): Self.escaped(literal)
            }
        }
        return "\(cased ? "cased " : "")\(word) '\(text.joined())'"
    }

    private static func escaped(_ literal: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in literal.unicodeScalars {
            if scalar == "*" || scalar == "?" { out.append("\\") }
            out.append(scalar)
        }
        return String(out)
    }
}

extension Network: CustomStringConvertible {
    /// `10.0.0.0/8`; IPv6 in eight groups.
    public var description: String {
        guard address.count == 16 else { return address.map { String($0) }.joined(separator: ".") + "/\(prefixLength)" }
        let groups = stride(from: 0, to: 16, by: 2).map { index in
            String(UInt16(address[index]) << 8 | UInt16(address[index + 1]), radix: 16)
        }
        return groups.joined(separator: ":") + "/\(prefixLength)"
    }
}

extension Anchor {
    fileprivate var word: String {
        switch self {
        case .whole: "is"
        case .start: "startswith"
        case .end: "endswith"
        case .anywhere: "contains"
        }
    }
}

extension Double {
    fileprivate var shortest: String { Int64(exactly: self).map { String($0) } ?? String(self) }
}
