import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A temporary folder for unpacked evidence: nobody but its owner may look in (0700), its files have names of ours
/// (`0`, `1`, …) and go away with it. `exit` removes it too; only a process that is killed leaves it behind.
public final class SpoolFolder: Sendable {
    /// The folder.
    public let path: String
    private let names = Names()

    /// How many names were given.
    private final class Names: Sendable {
        let count = Atomic<Int>(0)
    }

    /// Folders that are in use, for `exit`.
    private static let living = Mutex<[String: Names]>([:])

    private static let sweepsAtExit: Bool = {
        atexit { SpoolFolder.sweep() } == 0
    }()

    /// Makes a folder in `parent`.
    /// - Throws: ``SpoolError``.
    public init(in parent: String) throws(SpoolError) {
        _ = Self.sweepsAtExit
        var template = Array("\(parent)/siloscope-XXXXXX".utf8CString)
        // Safe: a NUL-terminated buffer of our own, in which the call replaces the last six characters.
        let made = unsafe template.withUnsafeMutableBufferPointer { buffer in
            unsafe buffer.baseAddress.flatMap { unsafe mkdtemp($0) } != nil
        }
        guard made else { throw SpoolError(path: parent, errorNumber: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let (path, names) = (path, names)
        Self.living.withLock { $0[path] = names }
    }

    deinit {
        let path = path
        Self.living.withLock { _ = $0.removeValue(forKey: path) }
        Self.remove(path, names)
    }

    /// A new, empty file in the folder.
    /// - Throws: ``SpoolError``.
    public func makeFile() throws(SpoolError) -> SpoolFile {
        let number = names.count.wrappingAdd(1, ordering: .relaxed).oldValue
        return try SpoolFile(path: "\(path)/\(number)")
    }

    /// Removes everything that is still there.
    private static func sweep() {
        let folders = living.withLock { folders in
            defer { folders = [:] }
            return folders
        }
        for (path, names) in folders { remove(path, names) }
    }

    private static func remove(_ path: String, _ names: Names) {
        // Safe (both): the paths are NUL-terminated copies made for the calls. Names that are gone already do no harm.
        for number in 0..<names.count.load(ordering: .relaxed) { _ = unsafe unlink("\(path)/\(number)") }
        _ = unsafe rmdir(path)
    }
}
