#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The library translates names to the encoding of the thread's locale, which is ASCII unless somebody says otherwise.
/// The locale of the process is not ours to change; that of the thread is, for the time of a call.
enum NameLocale {
    // Safe: made once, never freed, constant afterwards.
    nonisolated(unsafe) private static let utf8: locale_t? = {
        for name in ["C.UTF-8", "C.utf8", "en_US.UTF-8"] {
            // Safe: the name is a NUL-terminated copy made for the call.
            if let made = unsafe newlocale(CInt(LC_CTYPE_MASK), name, nil) { return unsafe made }
        }
        return nil
    }()

    /// Runs `work` with UTF-8 as the encoding of names.
    static func run<Value>(_ work: () -> Value) -> Value {
        guard let utf8 = unsafe utf8 else { return work() }
        // Safe: both are locales of this thread or of the whole process; the old one is put back on the same thread.
        let before = unsafe uselocale(utf8)
        defer { unsafe _ = uselocale(before) }
        return work()
    }
}
