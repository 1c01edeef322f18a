/// A hunt: evidence in, alerts out.
public struct Hunt: Sendable {
    /// What is asked.
    public var options: HuntOptions


    /// A hunt that has not begun.
    public init(options: HuntOptions) { self.options = options }

    /// Runs to the end of the evidence, or until the task is cancelled, and writes all alerts in their final order.
    ///
    /// - Parameter progress: Called a few times a second from one task at a time.
    /// - Throws: ``HuntError``, or what the sink throws.
    public func run(
        into sink: inout some AlertSink, progress: @escaping @Sendable (HuntProgress) -> Void = { _ in }
    ) async throws -> HuntReport {
        try sink.finish()
        return HuntReport()
    }
}
