/// The system a container runs.
public enum ContainerPlatform: String, Hashable, Sendable {
    /// Windows.
    case windows
    /// Linux.
    case linux
}
