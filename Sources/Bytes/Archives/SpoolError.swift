/// Why unpacked evidence could not be written to the temporary folder.
public struct SpoolError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The folder or file.
    public let path: String
    /// `errno` of the failed call.
    public let errorNumber: CInt

    /// One line for people.
    public var description: String { "\(path): cannot be written: \(systemMessage(errorNumber))" }
}
