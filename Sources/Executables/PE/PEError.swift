/// Why bytes are not read as a PE image. Everything past the headers gives findings instead.
public struct PEError: Error, Sendable, Hashable {
    /// What is wrong.
    public enum Code: String, Sendable, CaseIterable {
        /// No `MZ` at the start.
        case noDOSHeader = "PE-no-dos-header"
        /// `e_lfanew` points outside the bytes.
        case headerOutside = "PE-header-outside"
        /// No `PE\0\0` where `e_lfanew` points: a DOS, NE or LE program.
        case noSignature = "PE-no-signature"
        /// The optional header is neither PE32 nor PE32+.
        case unknownMagic = "PE-unknown-magic"
        /// The bytes end inside the headers.
        case truncatedHeader = "PE-truncated-header"
    }

    /// What is wrong.
    public let code: Code
    /// File offset at which it shows.
    public let offset: Int
    /// In words, with the numbers.
    public let detail: String

    init(_ code: Code, offset: Int, _ detail: String) {
        self.code = code
        self.offset = offset
        self.detail = detail
    }
}

extension PEError: CustomStringConvertible {
    /// Code, offset and detail on one line.
    public var description: String { "\(code.rawValue) at offset \(offset): \(detail)" }
}
