/// The fields that this room reads. Raw values are the native names. The first ones can carry evidence that a Windows event
/// belongs to a container; the others (``isActivity``) say what happened, and only parts of the context read them.
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

    // What ran.
    case commandLine = "CommandLine"
    case currentDirectory = "CurrentDirectory"
    case comm = "comm"
    case syscall = "Syscall"
    case syscallOfAudit = "SYSCALL"
    case arguments = "Arguments"
    case result = "Result"
    case exit = "exit"
    case path = "Path"
    case pathFull = "Path.Full"
    case descriptorPath = "Fd.Path"
    case cgroup = "Cgroup"
    case containerID = "ContainerId"
    case tty = "tty"
    case device = "dev"
    // Silos.
    case siloGUID = "ContainerID"
    case jobID = "JobID"
    case state = "State"
    // Who talked.
    case sourceIP = "SourceIp"
    case sourcePort = "SourcePort"
    case sourceAddress = "SourceAddress"
    case destinationIP = "DestinationIp"
    case destinationPort = "DestinationPort"
    case destAddress = "DestAddress"
    case destPort = "DestPort"
    case protocolName = "Protocol"
    case protocolNumber = "ProtocolNumber"
    case initiated = "Initiated"
    case direction = "Direction"
    case socketPath = "Socket.Path"
    case origBytes = "orig_bytes"
    case respBytes = "resp_bytes"
    case origPackets = "orig_pkts"
    case respPackets = "resp_pkts"
    case duration = "duration"
    case connectionState = "conn_state"
    case frameLength = "frame.len"
    case size = "size"
    case stream = "tcp.stream"
    case tcpFlags = "tcp.flags"
    case event = "Event"
    case queryName = "QueryName"
    case recordType = "record_type"
    // Pipes, keys, logs.
    case targetObject = "TargetObject"
    case details = "Details"
    case clearedChannel = "LogFileCleared_Channel"
    case message = "Message"
    case outputStream = "stream"

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
        default: .text
        }
    }

    /// Whether the field says what happened, and carries no evidence for the attribution of a Windows event.
    public var isActivity: Bool {
        switch content {
        case .path, .parentPath, .object, .user, .sid, .pid, .guid: false
        case .text: self != .parentCommandLine && self != .systemID
        }
    }

    /// Whether events of a kind are read with this field.
    func isRead(of kind: EventKind) -> Bool {
        guard isActivity else { return true }
        switch kind {
        case .processStart: return self == .commandLine || self == .currentDirectory
        case .windows, .processEnd, .hostCompute, .hostRecord, .registryValue, .fileWrite, .other: return false
        default: return true
        }
    }

    /// The field with this native name. O(1).
    public init?(name: String) { self.init(rawValue: name) }
}
