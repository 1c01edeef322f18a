/// The fields of Windows events that can carry evidence. Raw values are the native names.
public enum EvidenceField: String, CaseIterable, Sendable, Hashable {
    case image = "Image"
    case newProcessName = "NewProcessName"
    case processName = "ProcessName"
    case application = "Application"
    case sourceImage = "SourceImage"
    case targetImage = "TargetImage"
    case parentImage = "ParentImage"
    case parentProcessName = "ParentProcessName"
    case imageLoaded = "ImageLoaded"
    case targetFilename = "TargetFilename"
    case objectName = "ObjectName"
    case user = "User"
    case sourceUser = "SourceUser"
    case subjectUserSid = "SubjectUserSid"
    case targetUserSid = "TargetUserSid"
    case securityUserID = "Security_UserID"
    case processID = "ProcessId"
    case processIDOfFilter = "ProcessID"
    case newProcessID = "NewProcessId"
    case parentProcessID = "ParentProcessId"
    case sourceProcessID = "SourceProcessId"
    case processGUID = "ProcessGuid"
    case parentProcessGUID = "ParentProcessGuid"
    case sourceProcessGUID = "SourceProcessGuid"
    case sourceProcessGUIDOfAccess = "SourceProcessGUID"
    case parentCommandLine = "ParentCommandLine"
    case systemID = "SystemId"

    /// How a value of the field is read.
    enum Content: UInt8, Sendable { case path = 1, parentPath, object, user, sid, pid, guid, text }

    var content: Content {
        switch self {
        case .image, .newProcessName, .processName, .application, .sourceImage, .targetImage, .imageLoaded,
            .targetFilename:
            .path
        case .parentImage, .parentProcessName: .parentPath
        case .objectName: .object
        case .user, .sourceUser: .user
        case .subjectUserSid, .targetUserSid, .securityUserID: .sid
        case .processID, .processIDOfFilter, .newProcessID, .parentProcessID, .sourceProcessID: .pid
        case .processGUID, .parentProcessGUID, .sourceProcessGUID, .sourceProcessGUIDOfAccess: .guid
        case .parentCommandLine, .systemID: .text
        }
    }

    /// The field with this native name. O(1).
    public init?(name: String) { self.init(rawValue: name) }
}
