import Events

/// A call that was begun on one line and has not returned yet.
struct StracePendingCall: Sendable {
    /// `name(arguments`, without the mark.
    var text: [UInt8]
    var time: Timestamp
    var process: Int
    /// The process id as written; empty where lines have none.
    var processText: [UInt8]
    var processName: [UInt8]
    var offset: Int64
    var length: Int
    var ordinal: UInt64
}

/// Calls that have not returned, by process: at most one each. Bounded in number and in bytes; the oldest gives way.
struct StracePending: Sendable {
    /// Most processes with an open call.
    static let limit = 1 << 12
    /// Most bytes of their texts.
    static let byteLimit = 32 << 20

    private var calls: [Int: StracePendingCall] = [:]
    private var bytes = 0
    /// Processes in the order in which their calls began, from `first` on; those whose call has returned stand there still.
    private var order: [(process: Int, ordinal: UInt64)] = []
    private var first = 0
    /// How many open calls fall into each of 64 classes of process ids: most lines are of a process without one, and then
    /// no table is looked into.
    private var classes = InlineArray<64, Int32>(repeating: 0)

    /// Whether another call of `size` bytes needs room.
    func needsRoom(for size: Int) -> Bool {
        !calls.isEmpty && (calls.count >= Self.limit || bytes + size > Self.byteLimit)
    }

    /// Keeps a call; the process must have none.
    mutating func keep(_ call: StracePendingCall) {
        bytes += call.text.count
        classes[call.process & 63] += 1
        order.append((call.process, call.ordinal))
        calls[call.process] = call
        if order.count > 2 * Self.limit { compact() }
    }

    /// Takes out the call of a process.
    @inline(__always)
    mutating func take(_ process: Int) -> StracePendingCall? {
        classes[process & 63] == 0 ? nil : remove(process)
    }

    private mutating func remove(_ process: Int) -> StracePendingCall? {
        guard let call = calls.removeValue(forKey: process) else { return nil }
        bytes -= call.text.count
        classes[process & 63] -= 1
        return call
    }

    /// Takes out the call that was begun first. O(1), amortised.
    mutating func takeOldest() -> StracePendingCall? {
        while first < order.count {
            let (process, ordinal) = order[first]
            first += 1
            if calls[process]?.ordinal == ordinal { return remove(process) }
        }
        compact()
        return nil
    }

    private mutating func compact() {
        var kept: [(process: Int, ordinal: UInt64)] = []
        for entry in order[first...] where calls[entry.process]?.ordinal == entry.ordinal { kept.append(entry) }
        order = kept
        first = 0
    }
}
