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
    ///
    /// PCRE2's own "match limit" counts anew for every start and does not count what a single repeat runs over, so a search
    /// in n bytes may cost n × limit × n. Hence a short value is tried under a limit of `work / n²`; when that is reached, or
    /// the value is longer than ``longestUnmetered``, the metered code of the pattern decides: it reports every item it
    /// tries and the bytes it ran over, and is stopped after `work` of them. No clock: the outcome is always the same.
    public struct Limits: Sendable, Equatable {
        /// Elementary steps of a search, about 1–5 ns each.
        public var work: Int
        /// Stack of the JIT, bytes.
        public var stack: Int

        /// Longest value that is tried without metering, bytes.
        public static let longestUnmetered = 2_048
        /// What trying one item counts, beside the bytes: a call out of the JIT takes about 20 ns.
        static let itemCost = 16
        /// Most backtracking steps of one start.
        static let maximumSteps = 10_000_000

        /// A few tenths of a second at worst.
        public init(work: Int = 50_000_000, stack: Int = 512 * 1024) {
            self.work = max(1, work)
            self.stack = stack
        }

        func unmeteredSteps(_ count: Int) -> UInt32 {
            UInt32(min(max(work / max(count * count, 1), 1), Self.maximumSteps))
        }
    }

    /// What the metered code may still do; changed by ``meter`` during a search.
    private struct Budget {
        var left: Int
        var position: Int
    }

    private let limits: Limits
    private let data: OpaquePointer
    private let context: OpaquePointer
    private let budget: UnsafeMutablePointer<Budget>
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
        let budget = UnsafeMutablePointer<Budget>.allocate(capacity: 1)
        // Safe: memory for one value was just allocated.
        unsafe budget.initialize(to: Budget(left: 0, position: 0))
        // Safe: `context` is the valid context created above; the budget lives until `deinit`, as the context does.
        unsafe pcre2_set_callout_8(context, Self.meter, budget)
        // Safe: sizes in bytes, `nil` for the default allocator; `nil` back (no JIT) leaves the default stack.
        let stack = unsafe pcre2_jit_stack_create_8(32 * 1024, max(limits.stack, 32 * 1024), nil)
        // Safe: the stack outlives the context's use: both are freed in `deinit`, and only this object matches with them.
        if let stack = unsafe stack { unsafe pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(stack)) }
        self.limits = limits
        unsafe self.data = data
        unsafe self.context = context
        unsafe self.budget = unsafe budget
        unsafe self.stack = unsafe stack
    }

    deinit {
        // Safe: all four are owned by this object alone and not used afterwards.
        unsafe pcre2_match_context_free_8(context)
        unsafe pcre2_match_data_free_8(data)
        if let stack = unsafe stack { unsafe pcre2_jit_stack_free_8(stack) }
        unsafe budget.deallocate()
    }

    /// PCRE2 calls it before every item of metered code: that costs, and every byte between here and the last place.
    private static let meter:
        @convention(c) (UnsafeMutablePointer<pcre2_callout_block_8>?, UnsafeMutableRawPointer?) -> Int32 = {
            block, data in
            // Safe: PCRE2 passes a valid block, and as data the budget that was registered with the context.
            guard let block = unsafe block, let data = unsafe data else { return 0 }
            let budget = unsafe data.assumingMemoryBound(to: Budget.self)
            let position = unsafe Int(block.pointee.current_position)
            unsafe budget.pointee.left -= Limits.itemCost + abs(position - budget.pointee.position)
            unsafe budget.pointee.position = position
            return unsafe budget.pointee.left > 0 ? 0 : PCRE2_ERROR_CALLOUT
        }

    /// Whether `pattern` is found anywhere in `bytes`.
    public func firstMatch(of pattern: CompiledPattern, in bytes: RawSpan) -> Outcome {
        if bytes.byteCount <= Limits.longestUnmetered {
            // Safe: the code lives as long as `pattern`, which outlives the call.
            let outcome = unsafe search(pattern.code, bytes, steps: limits.unmeteredSteps(bytes.byteCount))
            guard outcome == .limitExceeded else { return outcome }
        }
        // Safe: nobody else uses the budget while this object matches; the code lives as long as `pattern`.
        unsafe budget.pointee = Budget(left: limits.work, position: 0)
        return unsafe search(pattern.metered, bytes, steps: UInt32(Limits.maximumSteps))
    }

    private func search(_ code: OpaquePointer, _ bytes: RawSpan, steps: UInt32) -> Outcome {
        // Safe: `context` is owned by this object and used by this thread only.
        unsafe pcre2_set_match_limit_8(context, steps)
        // Safe: the bytes are valid for their count during the call; PCRE2 neither writes to them nor keeps them, and
        // the offsets it would store in `data` are never read.
        let result = unsafe bytes.withUnsafeBytes { buffer in
            unsafe pcre2_match_8(
                code, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), buffer.count, 0, 0, data, context)
        }
        if result >= 0 { return .matched }
        return result == PCRE2_ERROR_NOMATCH ? .none : .limitExceeded
    }
}
