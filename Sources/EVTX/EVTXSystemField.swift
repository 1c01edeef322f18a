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
