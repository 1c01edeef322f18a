/// Forks whose child was not seen yet.
///
/// A call returns the child's number in the namespace of the caller. Where that is not the one the trace is written in
/// (a program inside a container), the children are taken in turn: the n-th fork that is open is the n-th new process.
struct LinuxForks {
    private struct Fork {
        var actor: Int32
        var child: UInt32
        var time: Int64
        var isTaken = false
    }

    /// Forks that wait for their child, per source; the oldest are forgotten.
    static let openLimit = 64
    /// A child shows up so soon after the call, nanoseconds.
    static let patience: Int64 = 10_000_000_000

    private var open: [SourceNumber: [Fork]] = [:]
    /// Callers whose numbers proved to be of the trace's namespace, and of another one.
    private var natives: Set<Int32> = []
    private var foreigners: Set<Int32> = []

    /// A fork was made.
    mutating func expect(_ child: UInt32, of actor: Int32, at time: Int64, in source: SourceNumber) {
        open[source, default: []].append(Fork(actor: actor, child: child, time: time))
        if open[source, default: []].count > 2 * LinuxForks.openLimit {
            open[source]?.removeFirst(LinuxForks.openLimit)
        }
    }

    /// Who forked a process that was not known; nil if nobody was seen to.
    mutating func take(_ pid: UInt32, at time: Int64, in source: SourceNumber) -> Int32? {
        guard var all = open.removeValue(forKey: source) else { return nil }
        all.removeAll { $0.isTaken || time - $0.time > LinuxForks.patience }
        defer { if !all.isEmpty { open[source] = all } }
        if let index = all.firstIndex(where: { $0.child == pid && !foreigners.contains($0.actor) }) {
            all[index].isTaken = true
            natives.insert(all[index].actor)
            return all[index].actor
        }
        guard let index = all.firstIndex(where: { !natives.contains($0.actor) }) else { return nil }
        all[index].isTaken = true
        foreigners.insert(all[index].actor)
        return all[index].actor
    }
}
