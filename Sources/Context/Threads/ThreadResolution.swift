/// What is found of one act.
struct ThreadResolution: Sendable, Hashable {
    var target = TLSTarget.unresolved
    /// What of the target exactly, e.g. `entry` for the data directories' entry.
    var part = ""
    /// File name of the module.
    var module = ""
    /// From the module's base, the block's start or the thread pointer, bytes.
    var offset: Int64?
    var slot: Int?
    /// 0–100.
    var confidence = 0
    /// Why it is not resolved, or not sure.
    var reason = ""

    static func unresolved(_ reason: String) -> ThreadResolution { ThreadResolution(reason: reason) }

    /// The offset as it is shown: `0x39d8`, `-0x10`.
    var offsetText: String? {
        offset.map { ($0 < 0 ? "-0x" : "0x") + String($0.magnitude, radix: 16) }
    }
}

/// Whose memory or thread an act is on.
struct ActOwner: Sendable, Hashable {
    var process: UInt32?
    /// The program, where no number is known but the program is.
    var image = ""
    var isOther = true
    /// Why the process is not known.
    var reason = ""
}
