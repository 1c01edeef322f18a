/// Where thread-local storage lies in one executable file, told by whoever read the file: without it an address inside a
/// loaded module says nothing.
public struct ModuleLayout: Hashable, Sendable, Codable {
    /// What lies in a range. The raw values are those of the analysis of executables.
    public enum Part: String, Sendable, Codable, CaseIterable {
        /// Entry 9 of the data directories.
        case entry
        /// The TLS directory.
        case directory
        /// The callback array with its terminator.
        case array
        /// The index word.
        case index
        /// The template.
        case template
        /// The first bytes of a callback.
        case callbackCode = "callback-code"

        var target: TLSTarget {
            switch self {
            case .entry, .directory: .directory
            case .array: .callbackArray
            case .index: .index
            case .template: .template
            case .callbackCode: .callback
            }
        }
    }

    /// A range of a module.
    public struct Range: Hashable, Sendable, Codable {
        /// What lies there.
        public var part: Part
        /// First byte, relative to the image's base.
        public var start: UInt64
        /// One past the last byte, relative to the image's base.
        public var end: UInt64

        /// A range.
        public init(part: Part, start: UInt64, end: UInt64) {
            self.part = part
            self.start = start
            self.end = end
        }
    }

    /// Most ranges of one module: the first in order.
    public static let rangeLimit = 512

    /// File name without folders; lower case.
    public var name: String
    /// `TimeDateStamp` of the file header; 0 when not known.
    public var timestamp: UInt32
    /// `CheckSum` of the optional header; 0 when not known.
    public var checksum: UInt32
    /// `SizeOfImage`, bytes.
    public var imageSize: UInt64
    /// The base it was linked for.
    public var preferredBase: UInt64
    /// Bytes of a pointer.
    public var wordSize: Int
    /// In order of their importance.
    public var ranges: [Range]

    /// A layout. The name may be a path.
    public init(
        name: String, timestamp: UInt32 = 0, checksum: UInt32 = 0, imageSize: UInt64, preferredBase: UInt64,
        wordSize: Int = 8, ranges: [Range]
    ) {
        self.name = ModuleLayout.fileName(name)
        self.timestamp = timestamp
        self.checksum = checksum
        self.imageSize = imageSize
        self.preferredBase = preferredBase
        self.wordSize = wordSize
        self.ranges = Array(ranges.lazy.filter { $0.start < $0.end }.prefix(ModuleLayout.rangeLimit))
    }

    /// The last component of a path of either system, lower case, cut.
    static func fileName(_ path: String) -> String {
        let isSeparator = { (byte: UInt8) in byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "/") }
        let bytes = path.utf8
        let start = bytes.lastIndex(where: isSeparator).map { bytes.index(after: $0) } ?? bytes.startIndex
        return NeutralText.cut(ASCII.lowered(path[start...]), to: 256)
    }

    /// What `length` bytes at an RVA hit first; nil when nothing of thread-local storage.
    func part(at rva: UInt64, length: UInt64) -> Range? {
        let end = rva.addingReportingOverflow(max(length, 1))
        let written = rva..<(end.overflow ? .max : max(end.partialValue, rva))
        return ranges.first { $0.start < written.upperBound && written.lowerBound < $0.end }
    }
}

extension ModuleLayout: Comparable {
    /// A total order: name, version, then the rest.
    public static func < (left: ModuleLayout, right: ModuleLayout) -> Bool {
        if left.name != right.name { return left.name < right.name }
        return left.numbers.lexicographicallyPrecedes(right.numbers)
    }

    private var numbers: [UInt64] {
        [UInt64(timestamp), UInt64(checksum), imageSize, preferredBase, UInt64(clamping: wordSize)]
            + ranges.flatMap { [UInt64(Part.allCases.firstIndex(of: $0.part) ?? 0), $0.start, $0.end] }
    }
}
