import CPCRE2

/// A compiled regular expression: PCRE2 syntax, over bytes that should be UTF-8 but need not be.
///
/// Immutable after `init`, so one instance serves every thread; what changes while matching lives in a
/// ``PatternMatcher``, one per thread.
///
/// - UTF mode with Unicode properties: `.` is a scalar, `\w`, `\d`, `\s` and case folding know Unicode.
/// - Invalid UTF-8 in the subject never matches and never crashes (`PCRE2_MATCH_INVALID_UTF`): the search goes on behind it.
/// - A newline is LF whatever the library was built with; `\C` (a single byte in the middle of a scalar) is refused.
@safe public final class CompiledPattern: @unchecked Sendable {
    // Safe to send: a compiled PCRE2 pattern is documented as read-only while matching ("pcre2api, multithreading"),
    // and JIT compilation is finished when `init` returns.
    let code: OpaquePointer
    /// The same with a report before every item, so that a ``PatternMatcher`` can stop it.
    let metered: OpaquePointer
    /// The expression as it was given.
    public let source: String
    /// The options it was compiled with.
    public let options: Options

    /// How an expression is read.
    public struct Options: OptionSet, Sendable, Hashable {
        /// The options as bits: 1 `i`, 2 `m`, 4 `s`.
        public let rawValue: UInt8
        /// Options from their bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// `i`: letters match both cases.
        public static let ignoreCase = Options(rawValue: 1)
        /// `m`: `^` and `$` match at every line.
        public static let multiline = Options(rawValue: 2)
        /// `s`: `.` matches a newline too.
        public static let dotAll = Options(rawValue: 4)
    }

    /// Longest expression accepted, in bytes.
    public static let maximumLength = 16 * 1024
    /// Deepest nesting of parentheses accepted.
    public static let maximumNesting: UInt32 = 100

    /// Compiles `source`. O(length), roughly 10–50 µs.
    public init(_ source: String, options: Options = []) throws(PatternError) {
        self.source = source
        self.options = options
        guard source.utf8.count <= Self.maximumLength else {
            throw PatternError(message: "longer than \(Self.maximumLength) bytes", offset: Self.maximumLength)
        }
        // Safe: both are valid patterns that only this object will free.
        unsafe code = try Self.compile(source, Self.flags(options))
        do {
            unsafe metered = try Self.compile(source, Self.flags(options) | UInt32(PCRE2_AUTO_CALLOUT))
        } catch {
            // Safe: `code` was made above and is used by nobody.
            unsafe pcre2_code_free_8(code)
            throw error
        }
    }

    deinit {
        // Safe: both came from pcre2_compile, are owned by this object alone and not used after `deinit`.
        unsafe pcre2_code_free_8(code)
        unsafe pcre2_code_free_8(metered)
    }

    private static func compile(_ source: String, _ flags: UInt32) throws(PatternError) -> OpaquePointer {
        guard let context = unsafe pcre2_compile_context_create_8(nil) else {
            throw PatternError(message: "out of memory", offset: 0)
        }
        // Safe: freed once, here, after the only call that uses it.
        defer { unsafe pcre2_compile_context_free_8(context) }
        // Safe: `context` is the valid context created above.
        unsafe pcre2_set_newline_8(context, UInt32(PCRE2_NEWLINE_LF))
        unsafe pcre2_set_parens_nest_limit_8(context, Self.maximumNesting)
        var text = source
        var error: Int32 = 0
        var offset = 0
        // Safe: the buffer is valid for `buffer.count` bytes during the call and PCRE2 copies what it needs.
        let compiled = text.withUTF8 { buffer in
            unsafe pcre2_compile_8(buffer.baseAddress, buffer.count, flags, &error, &offset, context)
        }
        guard let compiled = unsafe compiled else {
            throw PatternError(message: Self.message(error), offset: offset)
        }
        // Safe: `compiled` is a valid pattern nobody else has seen yet. A failure (no JIT on this machine) is fine:
        // pcre2_match then interprets.
        _ = unsafe pcre2_jit_compile_8(compiled, UInt32(PCRE2_JIT_COMPLETE))
        return unsafe compiled
    }

    private static func flags(_ options: Options) -> UInt32 {
        var flags = UInt32(PCRE2_UTF) | UInt32(PCRE2_MATCH_INVALID_UTF) | UInt32(PCRE2_UCP)
        flags |= UInt32(PCRE2_NEVER_BACKSLASH_C)
        if options.contains(.ignoreCase) { flags |= UInt32(PCRE2_CASELESS) }
        if options.contains(.multiline) { flags |= UInt32(PCRE2_MULTILINE) }
        if options.contains(.dotAll) { flags |= UInt32(PCRE2_DOTALL) }
        return flags
    }

    private static func message(_ error: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        // Safe: the buffer is valid for its count, which PCRE2 is told.
        let count = unsafe buffer.withUnsafeMutableBufferPointer { memory in
            unsafe pcre2_get_error_message_8(error, memory.baseAddress, memory.count)
        }
        return count > 0 ? String(decoding: buffer[0..<Int(count)], as: UTF8.self) : "error \(error)"
    }
}

/// Why an expression was not accepted.
public struct PatternError: Error, Sendable, Equatable {
    /// PCRE2's words.
    public var message: String
    /// Byte offset into the expression.
    public var offset: Int
}
