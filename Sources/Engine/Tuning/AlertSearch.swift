/// Finds one alert of a hunt by its id or the start of it.
public struct AlertSearch: AlertSink {
    private let prefix: String
    /// The first alert found; its id begins with the prefix.
    public private(set) var found: Alert?
    /// Whether alerts with other ids begin with the prefix too.
    public private(set) var isAmbiguous = false

    /// A search that has seen nothing. Ids are compared without case.
    public init(id prefix: String) { self.prefix = prefix.lowercased() }

    /// Looks at an alert.
    public mutating func write(_ alert: Alert) {
        guard alert.id.hasPrefix(prefix) else { return }
        guard let found else { return self.found = alert }
        if found.id != alert.id { isAmbiguous = true }
    }

    /// Nothing to complete.
    public mutating func finish() {}
}
