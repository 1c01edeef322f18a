public import Events

/// What is known of a source after it was read: what the context judges the logs themselves by.
public struct SourceNote: Hashable, Sendable, Codable {
    /// A kind of defect of the source.
    public struct Damage: Hashable, Sendable, Codable {
        /// Stable code, e.g. `evtx-chunk-checksum`.
        public var code: String
        /// How many.
        public var count: Int
        /// Records known to be lost.
        public var recordsLost: Int
        /// Offset of the first one; -1 where there is none.
        public var firstOffset: Int64
        /// The first one in words, neutralised.
        public var detail: String

        /// A kind of defect.
        public init(code: String, count: Int, recordsLost: Int, firstOffset: Int64, detail: String) {
            self.code = code
            self.count = count
            self.recordsLost = recordsLost
            self.firstOffset = firstOffset
            self.detail = detail
        }
    }

    /// Number in the evidence, as in ``EventPlace/source``.
    public var source: SourceNumber
    /// Path as given and joined; for members of archives the path inside comes last. Adversary text.
    public var path: String
    /// Name of the format; empty if not recognised.
    public var format: String
    /// Size in bytes.
    public var size: Int64
    /// When the file was last written; nil if not known.
    public var modified: Timestamp?
    /// Events it gave.
    public var events: Int
    /// What could not be read.
    public var damage: [Damage]

    /// A source.
    public init(
        source: SourceNumber, path: String, format: String, size: Int64, modified: Timestamp? = nil, events: Int,
        damage: [Damage] = []
    ) {
        self.source = source
        self.path = path
        self.format = format
        self.size = size
        self.modified = modified
        self.events = events
        self.damage = damage
    }
}

extension SourceNote {
    /// The path without the extension of the file.
    var stem: Substring {
        let name = path.lastIndex { $0 == "/" || $0 == "\\" } ?? path.startIndex
        return path[..<(path[name...].lastIndex(of: ".") ?? path.endIndex)]
    }
}
