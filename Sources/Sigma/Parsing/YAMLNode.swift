/// A YAML value as the rule reader sees it: no anchors, no tags, scalars as text with the one thing that matters about
/// their style.
///
/// Numbers, booleans and `null` are not resolved by the YAML reader but where a rule needs them (``YAMLScalar``), so that
/// `00000429` stays a string and `1.10` keeps its text.
struct YAMLNode: Sendable {
    indirect enum Value: Sendable {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        case mapping([YAMLPair])
    }

    var value: Value
    /// 1-based.
    var line: Int32
    /// 1-based, in scalars.
    var column: Int32
}

/// One `key: value` of a mapping.
struct YAMLPair: Sendable {
    var key: String
    var line: Int32
    var column: Int32
    var value: YAMLNode
}

/// The text of a scalar.
struct YAMLScalar: Sendable, Equatable {
    var text: String
    /// Whether it stood without quotes and not as a block: only then it can be a number, a boolean or `null`.
    var plain: Bool

    /// What a scalar means (YAML 1.2 core schema, without octal and without numbers that start with zeros).
    enum Meaning: Equatable {
        case null
        case boolean(Bool)
        case number(Double)
        case text
    }

    var meaning: Meaning {
        guard plain else { return .text }
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .boolean(true)
        case "false", "False", "FALSE": return .boolean(false)
        default:
            guard let number = DecimalText.yamlNumber(text) else { return .text }
            return .number(number)
        }
    }
}

extension YAMLNode {
    var scalar: YAMLScalar? {
        if case .scalar(let scalar) = value { return scalar }
        return nil
    }

    var pairs: [YAMLPair]? {
        if case .mapping(let pairs) = value { return pairs }
        return nil
    }

    var items: [YAMLNode]? {
        if case .sequence(let items) = value { return items }
        return nil
    }

    /// The value of the first pair with this key.
    func value(_ key: String) -> YAMLNode? {
        pairs?.first { $0.key == key }?.value
    }

    /// What kind of value it is, for messages.
    var kindName: String {
        switch value {
        case .scalar(let scalar): scalar.meaning == .null ? "nothing" : "a scalar"
        case .sequence: "a list"
        case .mapping: "a map"
        }
    }

    /// The value as one line of text in YAML's flow style.
    var flowText: String {
        switch value {
        case .scalar(let scalar): scalar.text
        case .sequence(let items): "[" + items.map(\.flowText).joined(separator: ", ") + "]"
        case .mapping(let pairs):
            "{" + pairs.map { "\($0.key): \($0.value.flowText)" }.joined(separator: ", ") + "}"
        }
    }
}
