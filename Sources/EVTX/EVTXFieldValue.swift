/// One field of one event, as text: the plain way, for tools and tests. Engines read ``EVTXBatch`` instead.
public struct EVTXFieldValue: Hashable, Sendable {
    /// See ``EVTXField/name``.
    public let name: String
    /// See ``EVTXField/section``.
    public let section: EVTXSection
    /// The text as Windows shows it.
    public let text: String
}
