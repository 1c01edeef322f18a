/// Why a text is not a JSON value, and where.
public struct JSONFault: Error, Equatable, Sendable {
    /// The kind of fault; the raw value is the code of the defect it becomes.
    public enum Code: String, Sendable {
        /// The text ends inside the value.
        case truncated = "json-truncated"
        /// A byte that the grammar does not allow there.
        case syntax = "json-syntax"
        /// A number that breaks the grammar (`01`, `1.`, `+1`).
        case number = "json-number"
        /// An escape that the grammar does not know, or `\u` without four hex digits.
        case escape = "json-escape"
        /// A control character inside a string.
        case control = "json-control-character"
        /// Nested more than ``JSONTape/depthLimit`` deep.
        case depth = "json-depth"
        /// More than ``JSONTape/tokenLimit`` tokens in one value.
        case size = "json-too-many-values"
    }

    /// The kind of fault.
    public let code: Code
    /// Offset in the scanned text, in bytes.
    public let offset: Int
}
