/// Something in a log that is not as it should be: what, and where. Records around it are still delivered.
public struct EVTXDefect: Sendable, Equatable, CustomStringConvertible {
    /// The kinds of defect. `isLoss` tells which of them cost records.
    public enum Code: String, Sendable, CaseIterable {
        /// The file header is missing or its magic is wrong; chunks are searched from their usual place.
        case fileHeaderMagic
        /// The file header's checksum does not match.
        case fileHeaderChecksum
        /// The log was not closed; the header's counts are stale (they are not used).
        case dirty
        /// The file ends inside a chunk.
        case truncatedChunk
        /// A place where a chunk belongs holds something else.
        case chunkMagic
        /// A chunk stands where none should (bytes were inserted or removed before it).
        case chunkMisplaced
        /// A chunk header's checksum does not match.
        case chunkHeaderChecksum
        /// The checksum over a chunk's records does not match.
        case chunkDataChecksum
        /// A record has an impossible size; the next one was searched.
        case recordSize
        /// A record's two sizes differ.
        case recordSizeCopy
        /// Bytes between records that belong to none.
        case gap
        /// A record follows the end the chunk header states: written after the header was last saved.
        case beyondFreeSpace
        /// A record without a body.
        case emptyRecord
        /// A record's binary XML could not be read.
        case recordBody
        /// A record whose last values lie outside it; those values are null.
        case truncatedValues
        /// A template definition could not be read and no other chunk had it: the record is lost.
        case templateMissing
        /// A template definition could not be read; the one with the same id from elsewhere was used.
        case templateBorrowed
        /// A cap of ``EVTXLimits`` was reached.
        case limit
        /// A record found outside the live part of a chunk (recovery only).
        case carved
    }

    /// What is wrong.
    public let code: Code
    /// Where, in bytes from the start of the file.
    public let fileOffset: Int64
    /// What was found there.
    public let detail: String

    /// Makes a defect.
    public init(code: Code, fileOffset: Int64, detail: String = "") {
        self.code = code
        self.fileOffset = fileOffset
        self.detail = detail
    }

    /// Whether a record, or part of one, was lost to it.
    public var isLoss: Bool {
        switch code {
        case .truncatedChunk, .recordSize, .recordBody, .truncatedValues, .templateMissing, .limit, .gap: true
        default: false
        }
    }

    /// One line for people.
    public var description: String {
        "\(code.rawValue) at \(fileOffset)" + (detail.isEmpty ? "" : ": \(detail)")
    }
}
