/// What lies around a Linux thread pointer: x86-64 and i386, variant II of the ELF TLS specification, with glibc's
/// control block. Offsets: glibc 2.36 (`tcbhead_t`, `struct pthread` by its `_thread_db` descriptors).
enum ThreadControlBlock {
    /// Bytes below the thread pointer that are taken for static blocks where nothing tells where they begin.
    static let blockWindow: UInt64 = 0x1000
    /// Most bytes of static blocks below a thread pointer that the end of a stack is trusted for.
    static let blockLimit: UInt64 = 1 << 16
    /// Bytes of `struct pthread` at the thread pointer.
    static let size: UInt64 = 0x900

    /// What `length` bytes at `address` are, for a thread pointer and the end of the stack below it (0: not known).
    static func target(of address: UInt64, length: UInt64, pointer: UInt64, stackEnd: UInt64) -> (
        target: TLSTarget, part: String
    )? {
        let top = pointer.addingReportingOverflow(size)
        guard !top.overflow, pointer > blockWindow else { return nil }
        let trusted = stackEnd < pointer && pointer - stackEnd <= blockLimit
        let bottom = trusted ? stackEnd : pointer - blockWindow
        let end = address.addingReportingOverflow(max(length, 1))
        let last = end.overflow ? UInt64.max : end.partialValue
        guard address < top.partialValue, last > bottom else { return nil }
        guard last > pointer else { return (.ptTLSBlock, "static-block") }
        func hits(_ start: UInt64, _ count: UInt64) -> Bool {
            address < pointer + start + count && last > pointer + start
        }
        if hits(0x08, 8) { return (.dtv, "dtv") }
        if hits(0x30, 8) { return (.threadPointer, "pointer-guard") }
        if hits(0x28, 8) { return (.threadPointer, "stack-guard") }
        if hits(0x310, 0x300) { return (.threadPointer, "pthread-keys") }
        if address < pointer { return (.ptTLSBlock, "static-block") }
        return (.threadPointer, "control-block")
    }
}
