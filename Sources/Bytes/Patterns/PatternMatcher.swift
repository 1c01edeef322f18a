import CPCRE2

/// The memory and the bounds of matching; one per thread (not `Sendable`), reused for every ``CompiledPattern``.
///
/// Every search ends: the number of backtracking steps, the depth and the memory are bounded, so that an expression or a
/// value made to be slow costs milliseconds, not hours.
@safe public final class PatternMatcher {
    /// What a search found out.
    public enum Outcome: Sendable, Equatable {
        case matched
        case none
        /// A bound was reached: unknown whether it would match. The caller counts these.
        case limitExceeded
    }

    /// The bounds of one search.
    public struct Limits: Sendable, Equatable {
        /// Most backtracking steps (PCRE2 "match limit").
        public var steps: UInt32
        /// Deepest nested backtracking (interpreter only; the JIT is bounded by `stack`).
        public var depth: UInt32
        /// Heap of the interpreter, KiB.
        public var heap: UInt32
        /// Stack of the JIT, bytes.
        public var stack: Int

        public init(steps: UInt32 = 500_000, depth: UInt32 = 10_000, heap: UInt32 = 4_096, stack: Int = 512 * 1024) {
            self.steps = steps
            self.depth = depth
            self.heap = heap
            self.stack = stack
        }
    }

    private let data: OpaquePointer
    private let context: OpaquePointer
    private let stack: OpaquePointer?

    /// Allocates the scratch memory; `nil` when there is none.
    public init?(limits: Limits = Limits()) {
        // Safe: no arguments that could be invalid; one pair of offsets is all that a yes/no search needs.
        guard let data = unsafe pcre2_match_data_create_8(1, nil) else { return nil }
        guard let context = unsafe pcre2_match_context_create_8(nil) else {
            // Safe: created above, not stored anywhere.
            unsafe pcre2_match_data_free_8(data)
            return nil
        }
        // Safe: `context` is the valid context created above.
        unsafe pcre2_set_match_limit_8(context, limits.steps)
        unsafe pcre2_set_depth_limit_8(context, limits.depth)
        unsafe pcre2_set_heap_limit_8(context, limits.heap)
        // Safe: sizes in bytes, `nil` for the default allocator; `nil` back (no JIT) leaves the default stack.
        let stack = unsafe pcre2_jit_stack_create_8(32 * 1024, max(limits.stack, 32 * 1024), nil)
        // Safe: the stack outlives the context's use: both are freed in `deinit`, and only this object matches with them.
        if let stack = unsafe stack { unsafe pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(stack)) }
        unsafe self.data = data
        unsafe self.context = context
        unsafe self.stack = unsafe stack
    }

    deinit {
        // Safe: all three are owned by this object alone and not used afterwards.
        unsafe pcre2_match_context_free_8(context)
        unsafe pcre2_match_data_free_8(data)
        if let stack = unsafe stack { unsafe pcre2_jit_stack_free_8(stack) }
    }

    /// Whether `pattern` is found anywhere in `bytes`.
    public func firstMatch(of pattern: CompiledPattern, in bytes: RawSpan) -> Outcome {
        // Safe: the bytes are valid for their count during the call; PCRE2 neither writes to them nor keeps them, and
        // the offsets it would store in `data` are never read.
        let result = unsafe bytes.withUnsafeBytes { buffer in
            unsafe pcre2_match_8(
                pattern.code, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), buffer.count, 0, 0, data, context
            )
        }
        if result >= 0 { return .matched }
        return result == PCRE2_ERROR_NOMATCH ? .none : .limitExceeded
    }
}
