/// A string value on its way through the modifiers that change text.
struct TextTransform {
    /// What a modifier had against the value.
    struct Problem {
        var code: Diagnostic.Code
        var message: String
        var hint: String?
    }

    /// The alternatives the value has become.
    var variants: [SigmaString]
    /// Set after a UTF-16 modifier: the bytes that a `base64` modifier will encode.
    private(set) var bytes: [[UInt8]]?

    init(variants: [SigmaString]) { self.variants = variants }

    /// Applies one modifier; those that do not change text are passed over.
    mutating func apply(_ modifier: Modifier, limit: Int) -> Problem? {
        switch modifier {
        case .contains, .startswith, .endswith:
            variants = variants.map { $0.anchored(modifier) }
            return nil
        case .windash: return exchangeDashes(limit: limit)
        case .wide, .utf16le: return encode(modifier, UTF16Bytes.littleEndian)
        case .utf16be: return encode(modifier, UTF16Bytes.bigEndian)
        case .utf16: return encode(modifier, UTF16Bytes.withByteOrderMark)
        case .base64: return encodeBase64(modifier) { [Base64.encode($0)] }
        case .base64offset: return encodeBase64(modifier, Base64.offsetVariants)
        default: return nil
        }
    }

    private mutating func exchangeDashes(limit: Int) -> Problem? {
        var all: [SigmaString] = []
        for variant in variants {
            guard let some = variant.dashVariants(limit: limit - all.count) else {
                return Problem(code: .limit, message: "'windash' would make more than \(limit) variants of this value")
            }
            all += some
        }
        variants = all
        return nil
    }

    private mutating func encode(_ modifier: Modifier, _ encode: (String) -> [UInt8]) -> Problem? {
        guard bytes == nil else {
            return Problem(code: .modifierConflict, message: "the value is encoded as UTF-16 twice")
        }
        guard let literals = variants.compactAll({ $0.literal }) else { return Self.wildcard(modifier) }
        bytes = literals.map(encode)
        return nil
    }

    private mutating func encodeBase64(_ modifier: Modifier, _ encode: ([UInt8]) -> [String]) -> Problem? {
        guard let input = bytes ?? variants.compactAll({ $0.literal.map { Array($0.utf8) } }) else {
            return Self.wildcard(modifier)
        }
        bytes = nil
        let texts = input.flatMap(encode)
        guard !texts.contains("") else {
            return Problem(code: .invalidValue, message: "the value is too short for '\(modifier.rawValue)'")
        }
        variants = texts.map { SigmaString(literal: $0) }
        return nil
    }

    private static func wildcard(_ modifier: Modifier) -> Problem {
        Problem(
            code: .modifierConflict, message: "a value with wildcards cannot be encoded by '\(modifier.rawValue)'",
            hint: "put 'contains', 'startswith' or 'endswith' behind '\(modifier.rawValue)', or escape the wildcard")
    }
}
