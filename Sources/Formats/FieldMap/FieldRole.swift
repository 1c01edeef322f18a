/// What a member of a record says about the event as a whole, besides being a field.
struct FieldRole: Sendable, Equatable {
    /// The part of the event's head that the member tells.
    enum Part: UInt8, Sendable {
        case none, time, channel, eventID, provider, host, recordID, kind, inner
    }

    /// The part it tells.
    var part: Part = .none
    /// Of several members that tell the same part the lowest rank wins, then the first.
    var rank: UInt8 = 0
    /// Which part of a composed kind name it is, from 1; 0 if none.
    var kindPart: UInt8 = 0
    /// 1 + the place in ``FieldMap/kindSuffixes`` of the words that add a suffix to the kind's name; 0 if none.
    var kindSuffix: UInt8 = 0

    /// Whether it tells anything.
    var isSomething: Bool { part != .none || kindPart > 0 || kindSuffix > 0 }

    /// A member that is a field only.
    static let none = FieldRole()
}
