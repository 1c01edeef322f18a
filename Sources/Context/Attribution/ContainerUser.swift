/// The two accounts that exist in containers only (authority `User Manager`).
enum ContainerUser {
    /// The container account that a record names as subject, target or user; nil if none. O(fields).
    static func named(by view: EventView) -> String? {
        for value in view.values {
            switch value.field.content {
            case .sid: if let user = ofSID(value.text) { return user }
            case .user: if let user = ofName(value.text) { return user }
            default: continue
            }
        }
        return nil
    }

    static func ofSID(_ sid: String) -> String? {
        switch sid {
        case "S-1-5-93-2-1": "ContainerAdministrator (S-1-5-93-2-1)"
        case "S-1-5-93-2-2": "ContainerUser (S-1-5-93-2-2)"
        default: nil
        }
    }

    static func ofName(_ name: String) -> String? {
        if ASCII.equal(name, "User Manager\\ContainerAdministrator") { return "User Manager\\ContainerAdministrator" }
        if ASCII.equal(name, "User Manager\\ContainerUser") { return "User Manager\\ContainerUser" }
        return nil
    }

    /// What ``named(by:)`` can give, after the empty text.
    static let texts = [
        "", "ContainerAdministrator (S-1-5-93-2-1)", "ContainerUser (S-1-5-93-2-2)",
        "User Manager\\ContainerAdministrator", "User Manager\\ContainerUser",
    ]

    /// The index of a text in ``texts``; 0 for others.
    static func number(of text: String) -> UInt8 {
        text.isEmpty ? 0 : texts.firstIndex(of: text).map { UInt8($0) } ?? 0
    }
}
