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

    var isEmpty: Bool { calls.isEmpty }

    /// Whether another call of `size` bytes needs room.
    func needsRoom(for size: Int) -> Bool {
        !calls.isEmpty && (calls.count >= Self.limit || bytes + size > Self.byteLimit)
    }

    /// Keeps a call; the process must have none.
    mutating func keep(_ call: StracePendingCall) {
        bytes += call.text.count
        calls[call.process] = call
    }

    /// Takes out the call of a process.
    mutating func take(_ process: Int) -> StracePendingCall? {
        guard !calls.isEmpty, let call = calls.removeValue(forKey: process) else { return nil }
        bytes -= call.text.count
        return call
    }

    /// Takes out the call that was begun first. O(n).
    mutating func takeOldest() -> StracePendingCall? {
        guard let oldest = calls.values.min(by: { $0.ordinal < $1.ordinal }) else { return nil }
        return take(oldest.process)
    }
}
