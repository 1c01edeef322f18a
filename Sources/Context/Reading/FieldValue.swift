/// A field of an event as text: its native (dotted) name and one value. Several values: several of these, in order.
public struct FieldValue: Hashable, Sendable {
    /// Native name, e.g. `Actor.Attributes.image`.
    public var name: String
    /// The value. Adversary text.
    public var value: String

    /// A field.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}
