import Bytes

/// Which of the calls that handle thread-local slots an image imports by name.
///
/// They tell how a program keeps its per-thread state: `TlsAlloc` slots, fiber-local slots with destructors, or only
/// the directory. Presence is ordinary; it explains, it accuses nobody.
public struct PEImports: Sendable, Hashable {
    /// The names that are looked for.
    public static let threadLocal: Set<String> = [
        "TlsAlloc", "TlsFree", "TlsGetValue", "TlsGetValue2", "TlsSetValue", "FlsAlloc", "FlsFree", "FlsGetValue",
        "FlsGetValue2", "FlsSetValue",
    ]

    /// The names found, sorted.
    public var names: [String] = []
    /// Import descriptors (DLLs) seen.
    public var libraryCount = 0
    /// Whether a limit or a broken table ended the walk.
    public var isIncomplete = false

    /// Walks the import table. O(imported names), with limits.
    public init(_ image: PEImage, _ bytes: RawSpan, limits: PELimits = PELimits()) {
        guard let directory = image[.imports] else { return }
        var found: Set<String> = []
        var budget = limits.importNames
        var at = UInt64(directory.rva)
        while true {
            guard libraryCount < limits.importDescriptors, budget > 0, let lookup = image.uint32(bytes, atRVA: at),
                let name = image.uint32(bytes, atRVA: at + 12), let addresses = image.uint32(bytes, atRVA: at + 16)
            else {
                isIncomplete = true
                break
            }
            if name == 0 && addresses == 0 { break }
            libraryCount += 1
            read(UInt64(lookup != 0 ? lookup : addresses), image, bytes, budget: &budget, into: &found)
            at += 20
        }
        names = found.sorted()
    }

    /// One DLL's names: words that are RVAs of {hint, name} unless the top bit says ordinal; null-terminated.
    private func read(
        _ table: UInt64, _ image: PEImage, _ bytes: RawSpan, budget: inout Int, into found: inout Set<String>
    ) {
        let ordinal: UInt64 = image.isPE32Plus ? 1 << 63 : 1 << 31
        guard table != 0, let run = image.fileRange(atRVA: table) else { return }
        var offset = run.lowerBound
        while budget > 0, offset + image.wordSize <= run.upperBound {
            let word = image.isPE32Plus ? bytes.uint64(at: offset) : bytes.uint32(at: offset).map(UInt64.init)
            guard let word, word != 0 else { return }
            budget -= 1
            offset += image.wordSize
            guard word & ordinal == 0, let at = image.fileRange(atRVA: (word & 0x7FFF_FFFF) + 2) else { continue }
            // All the names begin with "Tls" or "Fls": nothing else becomes text.
            guard let head = bytes.uint16(at: at.lowerBound), head == 0x6C54 || head == 0x6C46,
                bytes.uint8(at: at.lowerBound + 2) == UInt8(ascii: "s")
            else { continue }
            let name = PEText.terminated(bytes, at: at.lowerBound, limit: min(at.count, 16))
            if Self.threadLocal.contains(name) { found.insert(name) }
        }
    }
}
