/// What an address that is written, mapped or called in a process is, as far as thread-local storage goes; the field
/// `Tls.Target`.
enum TLSTarget: String, Sendable, Hashable, Codable, CaseIterable {
    /// A module's TLS directory, or its entry in the data directories.
    case directory
    /// A module's array of callbacks.
    case callbackArray = "callback-array"
    /// The first bytes of a callback.
    case callback
    /// The word that the loader writes a module's TLS index into.
    case index
    /// The initial values that each new thread's block is copied from.
    case template
    /// A thread environment block, outside its fields of thread-local storage.
    case teb
    /// One of the 64 slots in a thread environment block.
    case tebSlot = "teb-slot"
    /// `TEB.ThreadLocalStoragePointer`.
    case tebSlotsArrayPointer = "teb-slots-array-pointer"
    /// `TEB.FlsData`; on Linux the destructors of `pthread` keys, its twin.
    case flsTable = "fls-table"
    /// `TEB.TlsExpansionSlots`.
    case expansionSlots = "expansion-slots"
    /// The static block of a Linux thread.
    case ptTLSBlock = "pt-tls-block"
    /// The pointer to the vector of a Linux thread's dynamic blocks.
    case dtv
    /// A thread pointer, or the control block it points to.
    case threadPointer = "thread-pointer"
    /// Known memory that is none of thread-local storage.
    case none
    /// Not told by the evidence.
    case unresolved

    /// Whether it is thread-local storage.
    var isThreadLocal: Bool { self != .teb && self != .none && self != .unresolved }

    /// Which of several targets of one call is told: the smallest rank.
    var rank: Int { TLSTarget.ranks[self] ?? Int.max }

    private static let ranks: [TLSTarget: Int] = {
        let order: [TLSTarget] = [
            .callbackArray, .directory, .callback, .threadPointer, .dtv, .tebSlotsArrayPointer, .flsTable,
            .expansionSlots, .index, .template, .tebSlot, .ptTLSBlock, .teb, .none, .unresolved,
        ]
        return Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
    }()
}
