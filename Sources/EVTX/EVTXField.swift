/// The part of an event that a field stands in.
public enum EVTXSection: UInt8, Sendable, CaseIterable {
    /// `<System>`: written by the event log service, the same fields for every event.
    case system
    /// `<EventData>`: the provider's named or unnamed data.
    case eventData
    /// `<UserData>`: XML of the provider's own.
    case userData
    /// Anything else, such as `<ProcessingErrorData>` or `<RenderingInfo>`.
    case other
}

/// The fields of `<System>` that every consumer asks for.
public enum EVTXSystemField: UInt8, Sendable, CaseIterable {
    /// Not one of them.
    case none
    /// `Provider/@Name`
    case providerName
    /// `Provider/@Guid`
    case providerGuid
    /// `Provider/@EventSourceName`
    case eventSourceName
    /// `EventID`
    case eventID
    /// `EventID/@Qualifiers`
    case qualifiers
    /// `Version`
    case version
    /// `Level`
    case level
    /// `Task`
    case task
    /// `Opcode`
    case opcode
    /// `Keywords`
    case keywords
    /// `TimeCreated/@SystemTime`
    case timeCreated
    /// `EventRecordID`: in exported logs not the id of the record header.
    case eventRecordID
    /// `Correlation/@ActivityID`
    case activityID
    /// `Correlation/@RelatedActivityID`
    case relatedActivityID
    /// `Execution/@ProcessID`
    case processID
    /// `Execution/@ThreadID`
    case threadID
    /// `Channel`
    case channel
    /// `Computer`
    case computer
    /// `Security/@UserID`
    case userID

    /// The flat name of the field, as rules write it.
    public var name: String {
        switch self {
        case .none: ""
        case .providerName: "Provider_Name"
        case .providerGuid: "Provider_Guid"
        case .eventSourceName: "Provider_EventSourceName"
        case .eventID: "EventID"
        case .qualifiers: "EventID_Qualifiers"
        case .version: "Version"
        case .level: "Level"
        case .task: "Task"
        case .opcode: "Opcode"
        case .keywords: "Keywords"
        case .timeCreated: "TimeCreated_SystemTime"
        case .eventRecordID: "EventRecordID"
        case .activityID: "Correlation_ActivityID"
        case .relatedActivityID: "Correlation_RelatedActivityID"
        case .processID: "Execution_ProcessID"
        case .threadID: "Execution_ThreadID"
        case .channel: "Channel"
        case .computer: "Computer"
        case .userID: "Security_UserID"
        }
    }

    static let byName: [String: Self] = Dictionary(
        uniqueKeysWithValues: allCases.filter { $0 != .none }.map { ($0.name, $0) })
}

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
