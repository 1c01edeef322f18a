/// What an XML fragment stands in: it decides how the fields in it are named.
enum BinXMLContext: UInt8, Sendable {
    /// Not content at all.
    case none
    /// The record itself: `<Event>` is expected.
    case document
    /// Directly in `<Event>`.
    case event
    /// In `<System>`.
    case system
    /// In `<EventData>`.
    case eventData
    /// Directly in `<UserData>`: the provider's wrapper element.
    case userDataWrapper
    /// Deeper in `<UserData>`.
    case userData
    /// Anywhere else.
    case other

    var section: EVTXSection {
        switch self {
        case .system: .system
        case .eventData: .eventData
        case .userDataWrapper, .userData: .userData
        default: .other
        }
    }
}
