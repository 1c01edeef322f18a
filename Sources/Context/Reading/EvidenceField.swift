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
    // Memory, threads and handles.
    case targetProcessID = "TargetProcessId"
    case targetThreadID = "TargetThreadId"
    case callingProcessID = "CallingProcessId"
    case eventName = "EventName"
    case operationStatus = "OperationStatus"
    case baseAddress = "BaseAddress"
    case baseAddressValue = "BaseAddress.Value"
    case regionSize = "RegionSize"
    case regionSizeValue = "RegionSize.Value"
    case viewSize = "ViewSize"
    case viewSizeValue = "ViewSize.Value"
    case bytesCopied = "BytesCopied"
    case bytesToWrite = "NumberOfBytesToWrite"
    case bytesToRead = "NumberOfBytesToRead"
    case vadRegionType = "VaVadRegionType"
    case vadAllocationBase = "VaVadAllocationBase"
    case vadFile = "VaVadMmfName"
    case apcRoutine = "ApcRoutine"
    case pc = "Pc"
    case imageBase = "ImageBase"
    case imageSize = "ImageSize"
    case imageCheckSum = "ImageCheckSum"
    case timeDateStamp = "TimeDateStamp"
    case procmonBase = "Detail.Image Base"
    case procmonSize = "Detail.Image Size"
    case tebBase = "TebBase"
    case pointerSize = "PointerSize"
    case threadIDOfPayload = "XmlEventData.ThreadID"
    case threadIDOfEvent = "ThreadID"
    case function = "Function"
    case processHandle = "ProcessHandle"
    case processHandleValue = "ProcessHandle.Value"
    case threadHandle = "ThreadHandle"
    case threadHandleValue = "ThreadHandle.Value"
    case handle = "Handle"
    case sourceHandle = "SourceHandle"
    case targetHandleValue = "TargetHandle.Value"
    case clientIDValue = "ClientId.Value"
    case applicationName = "ApplicationName"
    case creationFlags = "CreationFlags"
    case processInformationClass = "ProcessInformationClass"
    case a0, a1, a2, a3, a4, a5
    case a0Value = "a0.Value"
    case a3Value = "a3.Value"
    case mapStart = "Map.Start"
    case mapEnd = "Map.End"
    case mapPermissions = "Map.Permissions"
    case mapPath = "Map.Path"
    case traceeEvent = "eventName"
    case traceeName = "name"
    case traceeReturn = "returnValue"
    case traceePID = "args.pid"
    case traceeRequest = "args.request"
    case traceeAddress = "args.addr"
    case traceeData = "args.data"
    case traceeDataPID = "data.pid"
    case traceeDataRequest = "data.request"
    case traceeDataAddress = "data.addr"
    case traceeDataData = "data.data"

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

    /// Whether the field tells of memory, threads or handles.
    var isOfMemory: Bool {
        switch self {
        case .targetProcessID, .targetThreadID, .callingProcessID, .eventName, .operationStatus, .baseAddress,
            .baseAddressValue, .regionSize, .regionSizeValue, .viewSize, .viewSizeValue, .bytesCopied, .bytesToWrite,
            .bytesToRead, .vadRegionType, .vadAllocationBase, .vadFile, .apcRoutine, .pc, .imageBase, .imageSize,
            .imageCheckSum, .timeDateStamp, .procmonBase, .procmonSize, .tebBase, .pointerSize, .threadIDOfPayload,
            .threadIDOfEvent, .function, .processHandle, .processHandleValue, .threadHandle, .threadHandleValue,
            .handle, .sourceHandle, .targetHandleValue, .clientIDValue, .applicationName, .creationFlags,
            .processInformationClass, .a0, .a1, .a2, .a3, .a4, .a5, .a0Value, .a3Value, .mapStart, .mapEnd,
            .mapPermissions, .mapPath, .traceeEvent, .traceeName,
            .traceeReturn, .traceePID, .traceeRequest, .traceeAddress, .traceeData, .traceeDataPID, .traceeDataRequest,
            .traceeDataAddress, .traceeDataData:
            true
        default: false
        }
    }

    /// Whether events of a kind are read with this field.
    func isRead(of kind: EventKind) -> Bool {
        guard isActivity else { return true }
        if isOfMemory { return kind == .memory || kind == .linuxRecord }
        switch kind {
        case .memory: return self == .commandLine || self == .syscall || self == .result
        case .processStart: return self == .commandLine || self == .currentDirectory
        case .windows, .processEnd, .hostCompute, .hostRecord, .registryValue, .fileWrite, .other: return false
        default: return true
        }
    }

    /// The field with this native name. O(1).
    public init?(name: String) { self.init(rawValue: name) }
}
