extension PatternMatcher {
    /// Whether `pattern` is found anywhere in `text`.
    public func firstMatch(of pattern: CompiledPattern, in text: String) -> Outcome {
        // Safe: the span is used only inside the closure that lends the array's memory.
        unsafe Array(text.utf8).withUnsafeBytes { unsafe firstMatch(of: pattern, in: RawSpan(_unsafeBytes: $0)) }
    }
}
