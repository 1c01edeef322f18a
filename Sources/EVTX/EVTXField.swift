/// One field of a compiled template: a name, and where the value is.
public struct EVTXField: Sendable, Hashable {
    /// What a value is made of.
    public enum Content: Sendable, Hashable {
        /// The instance's value with this index, whole. Nearly every field.
        case slot(Int)
        /// The same text in every event, UTF-8.
        case literal([UInt8])
        /// Several pieces, one after the other.
        case pieces([Piece])
    }

    /// A part of a value.
    public enum Piece: Sendable, Hashable {
        /// The text of the instance's value with this index.
        case slot(Int)
        /// Text of the template, UTF-8.
        case literal([UInt8])
    }

    /// The flat name, as Sigma rules write it: `EventID`, `Provider_Name`, `TargetUserName`, or `EventData_Version` when
    /// `<System>` has a field of that name. Unnamed `<Data>` is `Data`.
    public let name: String
    /// Where it stands.
    public let section: EVTXSection
    /// Which of the well-known fields it is.
    public let system: EVTXSystemField
    /// Whether it is an attribute rather than the text of an element.
    public let isAttribute: Bool
    /// A second entry for the same value: the name without its spaces.
    public let isAlias: Bool
    /// Whether a null or empty value means that the field is not there (an optional attribute); otherwise it is there,
    /// and empty.
    public let isAbsentWhenNull: Bool
    /// Where the value is.
    public let content: Content

    /// The slot that holds the whole value, or -1 when ``content`` is anything else.
    public let slot: Int

    init(
        name: String, section: EVTXSection, isAttribute: Bool = false, isAlias: Bool = false,
        isAbsentWhenNull: Bool = false, content: Content
    ) {
        self.name = name
        self.section = section
        self.system = section == .system ? EVTXSystemField.byName[name] ?? .none : .none
        self.isAttribute = isAttribute
        self.isAlias = isAlias
        self.isAbsentWhenNull = isAbsentWhenNull
        self.content = content
        if case .slot(let index) = content { self.slot = index } else { self.slot = -1 }
    }
}
