/// A text of a strategy: its path below the strategies folder, and what stands in it.
public struct ContentFile: Sendable, Equatable {
    /// e.g. `container-evasion/rules/privileged_container.yml`.
    public var path: String
    /// The text, line ends normalised to LF.
    public var text: String

    /// A file.
    public init(path: String, text: String) {
        self.path = path
        self.text = text
    }
}
