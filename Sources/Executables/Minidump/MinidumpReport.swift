public import Bytes

/// What is in a minidump, and what is odd about the thread-local storage of its process.
public struct MinidumpReport: Sendable {
    /// The tables of the dump.
    public var dump: Minidump
    /// Container ids that threads carry (`TEB.EffectiveContainerId`), sorted; from Windows 10 1703 on, when their
    /// blocks are in the dump.
    public var containerIDs: [String] = []
    /// Whether the process ran under Wine.
    public var isWine = false
    /// Modules whose headers are in the dump, and of these those with a TLS directory.
    public var modulesWithHeaders = 0
    /// Modules with a TLS directory.
    public var modulesWithTLS = 0
    /// Modules that were compared with a file.
    public var modulesCompared = 0
    /// Thread-local storage of the threads whose blocks are in the dump, the first 256.
    public var threads: [ThreadSummary] = []
    /// Callbacks of fiber-local storage, the first 256.
    public var fiberCallbacks: [FiberCallback] = []
    /// What was found, the most severe first; what could not be checked is there too (DUMP-06 to DUMP-08).
    public var findings: [Finding] = []

    /// Reads a dump. Nil when the file does not begin as one; anything else gives a report.
    ///
    /// `file` gives the bytes of the file a module was loaded from, if the caller has it; without it changed
    /// directories and array slots show only when they point outside. A file of another build is not compared, and that
    /// is said.
    ///
    /// Touches tables, headers, directories, thread blocks and at most 64 MiB of heap for each word size, however large
    /// the dump is: O((modules + threads + ranges) log n).
    public init?(_ storage: ByteStorage, file: (Minidump.Module) -> ByteStorage? = { _ in nil }) {
        var collector = FindingCollector()
        guard let dump = Minidump(storage, findings: &collector) else { return nil }
        self.dump = dump
        if let system = dump.system, !system.isWindows {
            collector.add(
                MinidumpCheck.foreign,
                "The dump says \(system.platformName): it has no Windows thread blocks; modules, threads and memory "
                    + "were read."
            )
        } else if let system = dump.system, system.wordSize == nil {
            collector.add(
                MinidumpCheck.foreign, "Processor architecture \(system.architecture) is not known here.")
        } else {
            let state = ProcessState(dump, file: file)
            MemoryRules.check(state, findings: &collector)
            summarise(state)
        }
        findings = collector.sorted()
    }

    private mutating func summarise(_ state: ProcessState) {
        isWine = state.isWine
        modulesWithHeaders = state.images.filter { $0.mapped != nil }.count
        modulesWithTLS = state.images.filter { $0.mapped?.hasTLS ?? false }.count
        modulesCompared = state.images.filter { $0.file != nil }.count
        threads = Self.threads(state)
        fiberCallbacks = Self.fiberCallbacks(state)
        // Older blocks end before the field, or have something else there.
        guard (state.dump.system?.build ?? 0) >= 15_063 else { return }
        containerIDs = Set(state.blocks.compactMap { $0.containerID(state.memory) }).sorted()
    }
}
