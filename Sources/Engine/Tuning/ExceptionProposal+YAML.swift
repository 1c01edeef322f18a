import Crypto
import Sigma

extension ExceptionProposal {
    static func yaml(
        for rule: Rule, _ reference: String, _ conditions: [Condition], _ alert: Alert, _ terms: Terms
    ) -> String {
        var lines = [
            "title: " + quoted("Known: " + rule.metadata.title),
            "id: " + identity(reference, conditions),
            "description: Proposed by siloscope tune from alert \(alert.id).",
            "date: " + terms.date,
            "logsource:",
        ]
        for (name, value) in [
            ("category", rule.logSource.category), ("product", rule.logSource.product),
            ("service", rule.logSource.service),
        ] {
            if let value { lines.append("  \(name): " + quoted(value)) }
        }
        if lines.last == "logsource:" { lines[lines.count - 1] = "logsource: {}" }
        lines += ["filter:", "  rules:", "    - " + quoted(reference), "  known:"]
        for condition in conditions {
            let field = condition.isExpression ? condition.field + "|re|i" : condition.field
            let value = condition.isExpression ? condition.value : escaped(condition.value)
            lines.append("    \(quoted(field)): " + quoted(value))
        }
        lines += ["  condition: not known", "siloscope:"]
        if !terms.owner.isEmpty { lines.append("  owner: " + quoted(terms.owner)) }
        if !terms.reason.isEmpty { lines.append("  reason: " + quoted(terms.reason)) }
        lines.append("  expires: " + terms.expires)
        if !rule.metadata.id.isEmpty {
            lines += ["  content_sha256:", "    \(quoted(rule.metadata.id)): " + ExceptionPolicy.contentHash(of: rule)]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A plain word as it is, else in single quotes. Line breaks and other controls cannot come here from evidence; from
    /// rules and arguments they become spaces.
    static func quoted(_ text: String) -> String {
        let isPlain =
            text.first?.isLetter == true
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || byte == 0x5F || byte == 0x2E
            } && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
        if isPlain { return text }
        let safe = String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .format, .lineSeparator, .paragraphSeparator: " "
                    default: scalar
                    }
                }))
        return "'" + safe.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }

    /// A literal as a Sigma value: wildcards lose their meaning, and a backslash is doubled where it would give or take one.
    static func escaped(_ value: String) -> String {
        var output = String.UnicodeScalarView()
        let scalars = Array(value.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            if scalar == "*" || scalar == "?" { output.append("\\") }
            output.append(scalar)
            guard scalar == "\\" else { continue }
            let next: Unicode.Scalar? = index + 1 < scalars.count ? scalars[index + 1] : nil
            let isAfterBackslash = index > 0 && scalars[index - 1] == "\\"
            if isAfterBackslash || next == nil || next == "\\" || next == "*" || next == "?" { output.append("\\") }
        }
        return String(output)
    }

    /// A UUID (version 8) made of what the exception says, so that the same proposal has the same id.
    private static func identity(_ reference: String, _ conditions: [Condition]) -> String {
        let text = ([reference] + conditions.flatMap { [$0.field, $0.value] }).joined(separator: "\0")
        var bytes = Array(SHA256.hash(data: Array(text.utf8)).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        let hex = Array(AlertIdentity.hex(bytes))
        return [hex[0..<8], hex[8..<12], hex[12..<16], hex[16..<20], hex[20..<32]].map { String($0) }
            .joined(separator: "-")
    }
}
