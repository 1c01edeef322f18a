/// The memory rules over one process, each a small function; what cannot be judged is said once, not guessed.
struct MemoryRules {
    /// Callbacks looked at in all modules together, and modules with thread-local data in each thread: the dump decides
    /// how many there could be.
    private static let callbackLimit = 1 << 16
    static let moduleLimit = 256

    let state: ProcessState
    var findings: FindingCollector
    private var callbacksLeft = Self.callbackLimit

    init(state: ProcessState, findings: FindingCollector) {
        self.state = state
        self.findings = findings
    }

    /// Runs all of them.
    static func check(_ state: ProcessState, findings: inout FindingCollector) {
        var rules = MemoryRules(state: state, findings: findings)
        rules.run()
        findings = rules.findings
    }

    private mutating func run() {
        for image in state.images where image.mapped != nil { module(image) }
        threadBlocks()
        slots()
        vectors()
        indexes()
        loaderFlags()
        loaderCopies()
        fiberCallbacks()
        limits()
    }

    private mutating func module(_ image: ProcessState.Image) {
        directory(image)
        guard let mapped = image.mapped, let tls = mapped.tls else { return }
        if tls.callbacks != 0 {
            let array = mapped.callbacks(at: tls.callbacks &- image.module.base, limit: callbacksLeft)
            callbacksLeft -= array.targets.count
            if callbacksLeft == 0 {
                findings.add(
                    MinidumpCheck.count, "More than \(Self.callbackLimit) callbacks; the rest is not looked at.")
            }
            arrayPlace(tls.callbacks, image)
            callbackTargets(array.targets, isComplete: array.isComplete, image)
            if image.file == nil { repeated(array.targets, image) }
        }
        arrayContent(image)
        callbackCode(image)
    }

    func place(_ address: UInt64, _ image: ProcessState.Image? = nil, region: String = "") -> Finding.Place {
        Finding.Place(
            fileOffset: state.memory.offset(of: address).map(UInt64.init), address: address,
            region: image?.module.name ?? region)
    }

    /// What could not be checked, and why.
    private mutating func limits() {
        let dump = state.dump
        func absent(_ type: Minidump.StreamType) -> Bool { dump.stream(type) == nil }
        if absent(.systemInfo) {
            findings.add(
                MinidumpCheck.missing, "No system information: the word size is taken from the first module.")
        }
        if absent(.moduleList) {
            findings.add(
                MinidumpCheck.missing, "No list of modules: directories, arrays and callbacks were not checked.")
        }
        if absent(.threadList) {
            findings.add(
                MinidumpCheck.missing, "No list of threads: slots, vectors and fiber callbacks were not checked.")
        }
        if absent(.memory64List), absent(.memoryList) {
            findings.add(MinidumpCheck.missing, "No memory at all: no rule could look at anything.")
        }
        if dump.regions.isEmpty {
            findings.add(
                MinidumpCheck.missing,
                "No list of regions (MemoryInfoList): whether memory is private, mapped, image or executable is "
                    + "unknown."
            )
        }
        absentMemory()
    }

    private mutating func absentMemory() {
        let images = state.images
        let headless = images.filter { $0.mapped == nil }
        let erased = headless.filter { state.memory.integer(at: $0.module.base, width: 2) != nil }
        if !erased.isEmpty {
            findings.add(
                MinidumpCheck.absent,
                "\(erased.count) of \(images.count) modules begin with no PE header (first: \(erased[0].module.name)): erased, "
                    + "or never there. Their directories were not checked.", at: place(erased[0].module.base, erased[0])
            )
        }
        if headless.count > erased.count {
            findings.add(
                MinidumpCheck.absent,
                "Headers of \(headless.count - erased.count) of \(images.count) modules are not in the dump: their "
                    + "directories were not checked.")
        }
        let cut = images.filter { ($0.mapped.map { $0.hasTLS && $0.tls == nil }) ?? false }.count
        if cut > 0 {
            findings.add(MinidumpCheck.absent, "TLS directories of \(cut) modules are not in the dump.")
        }
        let foreign = images.filter(\.isFileForeign)
        if let first = foreign.first {
            findings.add(
                MinidumpCheck.absent,
                "\(foreign.count) given files are other builds than the modules (first: \(first.module.name)): not "
                    + "compared."
            )
        }
        let found = Set(state.blocks.map(\.thread.id)).count
        if found < state.dump.threads.count {
            findings.add(
                MinidumpCheck.absent,
                "Environment blocks of \(state.dump.threads.count - found) of \(state.dump.threads.count) threads "
                    + "are not in "
                    + "the dump: their slots and vectors were not checked.")
        }
        for block in state.processes where block.bits == nil {
            findings.add(
                MinidumpCheck.absent,
                "The process block \(block.address.hexText) is not in the dump: slots were not checked.")
        }
    }
}
