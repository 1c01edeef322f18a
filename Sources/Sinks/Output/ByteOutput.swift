/// Where a sink's bytes go: a file, standard output, or memory in tests.
public protocol ByteOutput {
    /// Takes bytes. Unbuffered: sinks gather about 64 KiB before they call.
    mutating func write(_ bytes: [UInt8]) throws(OutputError)
    /// Puts the output in its place. No write may follow.
    mutating func finish() throws(OutputError)
}

/// Gathers a sink's bytes, so that an alert costs no system call.
struct OutputBuffer<Output: ByteOutput> {
    /// Bytes that are gathered before they are handed on.
    static var capacity: Int { 64 << 10 }

    private var output: Output
    private var pending: [UInt8] = []

    init(_ output: Output) {
        self.output = output
        pending.reserveCapacity(Self.capacity + (4 << 10))
    }

    mutating func append(_ bytes: [UInt8]) throws(OutputError) {
        pending.append(contentsOf: bytes)
        if pending.count >= Self.capacity { try flush() }
    }

    mutating func append(_ text: String) throws(OutputError) {
        pending.append(contentsOf: text.utf8)
        if pending.count >= Self.capacity { try flush() }
    }

    mutating func flush() throws(OutputError) {
        guard !pending.isEmpty else { return }
        // Emptied first: what a broken output refused is not offered to it again by `finish`.
        let bytes = pending
        pending.removeAll(keepingCapacity: true)
        try output.write(bytes)
    }

    mutating func finish() throws(OutputError) {
        try flush()
        try output.finish()
    }
}
