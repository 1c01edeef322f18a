/// What happened to a container or an item.
public enum HappeningVerb: String, Hashable, Sendable, Codable, CaseIterable {
    case created
    case started
    case restarted
    case paused
    case unpaused
    case killed
    case stopped
    case ended
    case outOfMemory = "out-of-memory"
    case destroyed
    /// The runtime below an engine made its part of a container.
    case prepared
    /// The runtime below an engine removed its part of a container.
    case released
    case renamed
    case updated
    case modified
    case reloaded
    case stateChanged = "state-changed"
    case connected
    case disconnected
    case mounted
    case unmounted
    case execCreated = "exec-created"
    case execStarted = "exec-started"
    case execDetached = "exec-detached"
    case execEnded = "exec-ended"
    case attached
    case detached
    case copiedIn = "copied-in"
    case copiedOut = "copied-out"
    case exported
    case committed
    case listed
    case health
    case tagged
    case untagged
    case pulled
    case pushed
    case loaded
    case imported
    case saved
    case deleted
    case other

    /// What is kept first when not everything fits: life and configuration, then what was done to it, then routine.
    var rank: Int {
        switch self {
        case .created, .started, .restarted, .ended, .destroyed, .renamed, .updated, .modified, .reloaded, .connected,
            .disconnected, .mounted, .unmounted, .committed, .copiedIn, .copiedOut, .exported, .tagged, .untagged,
            .pulled, .pushed, .loaded, .imported, .saved, .deleted:
            0
        case .execCreated, .execStarted, .execDetached, .execEnded, .attached, .detached, .killed, .stopped, .paused,
            .unpaused, .outOfMemory, .stateChanged, .other:
            1
        case .listed, .health, .prepared, .released: 2
        }
    }

    /// Whether it is of an exec.
    public var isOfExec: Bool {
        switch self {
        case .execCreated, .execStarted, .execDetached, .execEnded: true
        default: false
        }
    }
}
