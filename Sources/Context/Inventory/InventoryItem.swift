public import Events

/// Something of the inventory that is no container: what is stated of it, and what happened to it.
public struct InventoryItem: Hashable, Sendable {
    /// What it is.
    public let kind: ItemKind
    /// The engine or host that has it, lower case; empty where the evidence does not name it.
    public let scope: String
    /// Its id. Adversary text for some kinds (volumes, references of images).
    public let id: String
    /// What is stated of it, each value with its times. Adversary text.
    public let attributes: [ItemAttribute: [StatedText]]
    /// What happened to it, in order of time.
    public let happenings: [Happening]
    /// Kinds of records that speak of it, and when.
    public let provenance: Provenance
    /// The container that it is, holds or is used by; nil if none is known. Volumes name theirs in ``ItemAttribute/usedBy``.
    public internal(set) var container: ContainerID?

    /// The value stated last; nil if none.
    public subscript(attribute: ItemAttribute) -> String? {
        attributes[attribute]?.max { ($0.seen.last, $0.text) < ($1.seen.last, $1.text) }?.text
    }

    /// All values of an attribute, oldest first.
    public func values(_ attribute: ItemAttribute) -> [String] { attributes[attribute]?.map(\.text) ?? [] }

    /// A name for people: the one stated last, a tag, or the id.
    public var name: String { self[.name] ?? self[.tag] ?? id }

    /// When it came to be; nil if not recorded.
    public var created: Timestamp? {
        let told = happenings.first { $0.verb.isBeginning }?.time
        let stated = values(.created).compactMap { DockerEvent.moment($0) }.min()
        return [told, stated].compactMap { $0 }.min()
    }

    /// When it went away for good; nil while it exists or if not recorded.
    public var ended: Timestamp? {
        guard let last = happenings.last(where: { $0.verb.isBeginning || $0.verb.isRemoval }), last.verb.isRemoval
        else {
            return nil
        }
        return last.time
    }

    /// How it was at `time`. O(happenings).
    public func state(at time: Timestamp) -> ItemState {
        if let created, time < created { return ItemState(phase: .absent, since: nil, until: created) }
        var state = ItemState(phase: .present, since: created, until: nil)
        for happening in happenings {
            guard let phase = happening.verb.itemPhase(of: kind) else { continue }
            guard happening.time <= time else {
                state.until = happening.time
                break
            }
            if state.phase != phase { state = ItemState(phase: phase, since: happening.time, until: nil) }
        }
        return state
    }
}

/// How an item was at a moment.
public struct ItemState: Hashable, Sendable {
    /// What it did.
    public enum Phase: String, Hashable, Sendable {
        /// It did not exist yet.
        case absent
        /// It existed; that is all that is known, or all there is to know.
        case present
        /// It ran.
        case running
        /// It had ended.
        case ended
        /// It was removed.
        case removed
    }

    /// What it did.
    public var phase: Phase
    /// Since when; nil if not recorded.
    public var since: Timestamp?
    /// Until when; nil if that is not recorded or not over.
    public var until: Timestamp?
}

extension HappeningVerb {
    /// Whether an item exists from here on.
    var isBeginning: Bool {
        switch self {
        case .created, .imported, .loaded, .pulled: true
        default: false
        }
    }

    /// Whether an item is gone from here on.
    var isRemoval: Bool { self == .destroyed || self == .deleted }

    /// What an item of a kind does after this; nil if it changes nothing.
    fileprivate func itemPhase(of kind: ItemKind) -> ItemState.Phase? {
        switch self {
        case .created, .imported, .loaded, .pulled: .present
        case .started, .restarted, .unpaused: .running
        case .stopped, .killed, .ended: kind == .sandbox ? nil : .ended
        case .saved where kind == .machine: .ended
        case .destroyed, .deleted: .removed
        default: nil
        }
    }
}
