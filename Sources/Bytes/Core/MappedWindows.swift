import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The guard against files that shrink while they are mapped.
///
/// Touching a page that is past the end of its file raises `SIGBUS`. The handler looks the address up in a fixed table
/// of windows (atomics only: a signal handler may neither lock nor allocate) and maps a page of zeroes over it:
///
/// ```
///   file      ┌──────────┬──────────┐╌╌╌╌╌╌╌╌╌╌┐          (was four pages, now two and a bit)
///   window    │ page 0   │ page 1   │ page 2   │ page 3   │
///                                    └ exists   └ SIGBUS → anonymous page of zeroes, the read is repeated
/// ```
///
/// An address outside every window is somebody else's fault: the action that was there before us is put back and the
/// instruction runs again.
@safe enum MappedWindows {
    /// Windows watched at the same time; beyond that ``MappedFile`` copies.
    static let capacity = 4096

    /// A window's first address (0 = free, 1 = being filled) and the address after its last.
    struct Slot: ~Copyable {
        let start = Atomic<UInt>(0)
        let end = Atomic<UInt>(0)
    }

    // Safe: allocated once, never freed, only reached through atomics.
    nonisolated(unsafe) private static let slots: UnsafeMutablePointer<Slot> = {
        let slots = UnsafeMutablePointer<Slot>.allocate(capacity: capacity)
        for index in 0..<capacity { unsafe (slots + index).initialize(to: Slot()) }
        return unsafe slots
    }()

    // Safe: written once before the handler can run, constant afterwards.
    nonisolated(unsafe) private static var previous = sigaction()

    /// Where the next search for a free slot begins.
    private static let hint = Atomic<Int>(0)

    /// Pages replaced by zeroes since the process began.
    static let lostPages = Atomic<Int>(0)

    private static let pageSize = UInt(sysconf(CInt(_SC_PAGESIZE)))

    private static let installed: Bool = {
        _ = unsafe slots
        _ = pageSize
        _ = lostPages.load(ordering: .relaxed)
        var action = sigaction()
        action.sa_flags = CInt(SA_SIGINFO) | CInt(bitPattern: UInt32(SA_NODEFER))
        // Safe: the handler below is async-signal-safe.
        unsafe action.__sigaction_handler.sa_sigaction = { _, info, _ in unsafe MappedWindows.handle(info) }
        return unsafe sigaction(SIGBUS, &action, &previous) == 0
    }()

    /// Watches a mapping; nil when the table is full or the handler could not be installed.
    static func register(start: UInt, length: Int) -> Int? {
        guard installed else { return nil }
        let first = hint.load(ordering: .relaxed)
        for step in 0..<capacity {
            let index = (first + step) % capacity
            // Safe: index < capacity.
            let taken = unsafe slots[index].start.compareExchange(
                expected: 0, desired: 1, ordering: .acquiringAndReleasing
            ).exchanged
            guard taken else { continue }
            unsafe slots[index].end.store(start + UInt(length), ordering: .releasing)
            unsafe slots[index].start.store(start, ordering: .releasing)
            hint.store((index + 1) % capacity, ordering: .relaxed)
            return index
        }
        return nil
    }

    /// Stops watching; call before `munmap`.
    static func unregister(_ index: Int) {
        // Safe: index came from `register`.
        unsafe slots[index].end.store(0, ordering: .releasing)
        unsafe slots[index].start.store(0, ordering: .releasing)
    }

    /// The signal handler. No locks, no allocation.
    private static func handle(_ info: UnsafeMutablePointer<siginfo_t>?) {
        // Safe: the kernel passes a valid siginfo for SIGBUS.
        guard let info = unsafe info, let fault = unsafe info.pointee._sifields._sigfault.si_addr else {
            unsafe _ = sigaction(SIGBUS, &previous, nil)
            return
        }
        let address = UInt(bitPattern: fault)
        for index in 0..<capacity {
            // Safe: index < capacity.
            let start = unsafe slots[index].start.load(ordering: .acquiring)
            let end = unsafe slots[index].end.load(ordering: .acquiring)
            guard start > 1, address >= start, address < end else { continue }
            // Safe: the page lies in a window of ours; replacing it only changes what reads of that window see.
            let page = unsafe UnsafeMutableRawPointer(bitPattern: address & ~(pageSize - 1))
            let mapped = unsafe mmap(page, Int(pageSize), PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
            guard unsafe mapped != MAP_FAILED else { break }
            lostPages.add(1, ordering: .relaxed)
            return
        }
        // Safe: puts back what was there before us.
        unsafe _ = sigaction(SIGBUS, &previous, nil)
    }
}
