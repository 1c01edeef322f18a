import Bytes
import Executables
import Formats

/// The executables to compare with, by their paths inside their tree and by name.
struct InspectionReferences: Sendable {
    /// Candidates of one path that are compared, the first in the order of the evidence: an image has as many layers.
    static let candidateLimit = 16

    let evidence: Evidence
    private(set) var executables: [Int] = []
    private var byKey: [String: [Int]] = [:]
    private var byName: [String: [Int]] = [:]

    /// Indexes the executables of `evidence`. O(files).
    init(_ evidence: Evidence, roots: [String]) {
        self.evidence = evidence
        for index in evidence.sources.indices where evidence.sources[index].formatName == Inspection.formatName {
            let path = evidence.sources[index].path
            executables.append(index)
            byKey[LayerPath.key(of: path, roots: roots), default: []].append(index)
            byName[LayerPath.name(of: path), default: []].append(index)
        }
    }

    /// The candidates for a key.
    func candidates(_ key: String) -> ArraySlice<Int> { (byKey[key] ?? []).prefix(Self.candidateLimit) }

    /// The file a module of a dump was loaded from: the same name and time stamp; else the first of that name.
    func file(of module: Minidump.Module) -> ByteStorage? {
        file(named: module.name.lowercased(), timeStamp: module.timeStamp)
    }

    /// The same by its name in lower case.
    func file(named name: String, timeStamp: UInt32) -> ByteStorage? {
        var first: ByteStorage?
        for index in (byName[name] ?? []).prefix(Self.candidateLimit) {
            guard let storage = storage(index), let header = storage.bytes.uint32(at: 0x3C) else { continue }
            if storage.bytes.uint32(at: Int(header) + 8) == timeStamp { return storage }
            first = first ?? storage
        }
        return first
    }

    /// The bytes of a source, mapped; nil when they cannot be read any more.
    func storage(_ index: Int) -> ByteStorage? {
        let source = evidence.sources[index]
        guard let file = try? MappedFile(path: source.contentPath) else { return nil }
        return try? file.window(offset: 0, length: min(file.size, Int(source.size)))
    }

    /// Executables whose key is not among `keys`.
    func count(without keys: Set<String>) -> Int {
        byKey.reduce(0) { $0 + (keys.contains($1.key) ? 0 : $1.value.count) }
    }
}
