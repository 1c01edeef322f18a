import Archives

/// The files that were given, or stand below directories that were given.
///
/// Deterministic: the same tree gives the same list, sorted by the bytes of the paths. Nothing is left out silently: what
/// cannot be read is an ``EvidenceDefect``, what is not recognised stays in the list with its reason.
public struct Evidence: Sendable {
    /// Deepest directory that is walked.
    public static let depthLimit = 256

    /// The files, unwrapped, sorted by path.
    public private(set) var sources: [SourceFile] = []
    /// What could not be read.
    public let defects: [EvidenceDefect]
    /// Keeps spooled input alive.
    private let spools: [SpooledInput]
    /// Keeps unwrapped content alive.
    private let folder: SpoolFolder?

    /// Finds, unwraps and recognises all files of `paths`: files, directories (walked, hidden files too), pipes, and `-`
    /// for standard input (copied to a temporary file that lives as long as the evidence). A file that is reached twice is
    /// listed once. Links are followed when given directly, never below a directory: what they point to is either found
    /// there anyway or does not belong to the evidence.
    ///
    /// Archives and compressed files are unpacked, those within them too, and UTF-16 becomes UTF-8, all within
    /// ``EvidenceOptions/Limits`` and into a temporary folder that lives as long as the evidence. Only members that a
    /// format recognises are kept; all are listed. No name in an archive is ever used as a path.
    ///
    /// Sizes are fixed here. Of a file that grows later only what was found is read; of one that shrinks, the pieces that
    /// are gone are refused by ``SegmentReader``.
    ///
    /// O(files + bytes unpacked); memory does not grow with the size of a file. A cancelled task stops it: the rest is a
    /// defect.
    public init(paths: [String], options: EvidenceOptions = EvidenceOptions()) {
        var walk = EvidenceWalk()
        for path in paths { walk.visit(given: path) }
        var unwrapper = Unwrapper(options)
        for file in walk.files.sorted(by: { Self.precedes($0.path, $1.path) }) { unwrapper.take(file) }
        spools = walk.spools
        folder = unwrapper.folder
        defects = (walk.defects + unwrapper.defects).stablySorted { Self.precedes($0.path, $1.path) }
        // Two members may have the same name: they stay in the archive's order.
        let files = unwrapper.files.stablySorted { Self.precedes($0.path, $1.path) }
        var hosts = CollectionHosts(files, notes: unwrapper.notes)
        for file in files {
            let place = CollectionPath(trail: file.trail)
            sources.append(
                SourceFile(
                    path: file.path, contentPath: file.contentPath, size: file.size, recognition: file.recognition,
                    wrapping: file.wrapping, modified: file.modified, host: hosts.host(of: place),
                    originalPath: CollectorLayout.spots(of: place).compactMap(\.original).first))
        }
    }

    /// The pieces of all recognised sources, in order.
    ///
    /// Files past the limit of a format that must be read whole have none and are named in ``oversized()``.
    public func segments() -> [Segment] {
        sources.indices.flatMap { segments(of: $0) }
    }

    /// The pieces of one source; none if it is not recognised.
    public func segments(of source: Int) -> [Segment] {
        let size = sources[source].size
        guard size > 0, let format = sources[source].format else { return [] }
        var segments: [Segment] = []
        switch format.segmentation {
        case .whole(let limit):
            if size <= Int64(limit) { segments.append(Segment(source: source, offset: 0, length: size)) }
        case .lines(let bytes), .sequence(let bytes):
            for offset in stride(from: 0, to: size, by: bytes) {
                segments.append(Segment(source: source, offset: offset, length: min(Int64(bytes), size - offset)))
            }
        case .blocks(let header, let bytes):
            // The header goes with the first piece.
            var offset: Int64 = 0
            var end = min(size, Int64(header) + Int64(bytes))
            while offset < size {
                segments.append(Segment(source: source, offset: offset, length: end - offset))
                offset = end
                end = min(size, end + Int64(bytes))
            }
        }
        return segments
    }

    /// Sources that are too large for a format that must be read whole.
    public func oversized() -> [EvidenceDefect] {
        sources.compactMap { source in
            guard case .whole(let limit)? = source.format?.segmentation, source.size > Int64(limit) else { return nil }
            return EvidenceDefect(
                path: source.path, code: "file-too-large",
                detail: "\(source.formatName) is read whole, up to \(limit >> 20) MiB")
        }
    }

    /// The lower-case extension of the last component, without dot.
    static func fileExtension(of path: String) -> String {
        let name = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path[path.utf8.index(after: $0)...] } ?? path[...]
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
        return name[name.index(after: dot)...].lowercased()
    }

    static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}

extension Array {
    /// Sorted; what is equal keeps its order.
    func stablySorted(by precedes: (Element, Element) -> Bool) -> [Element] {
        enumerated().sorted { left, right in
            if precedes(left.element, right.element) { return true }
            return !precedes(right.element, left.element) && left.offset < right.offset
        }.map(\.element)
    }
}
