public import Events

/// What kind of record an event is, as far as this room treats it differently.
public enum EventKind: UInt8, Sendable, Hashable {
    /// A process started: Sysmon 1, Security 4688.
    case processStart
    /// A process ended: Sysmon 5, Security 4689.
    case processEnd
    /// A compute system changed: Hyper-V-Compute 2000–2003.
    case hostCompute
    /// A Docker Engine event.
    case dockerEvent
    /// A container of Docker inspect.
    case dockerInspect
    /// Any other event of a Windows log.
    case windows
    /// Anything else: never attributed.
    case other

    /// The kind of events with these log-source keys. O(1); cache it per origin.
    public init(_ origin: Origin) {
        if origin.product == "docker" {
            switch origin.service {
            case "events": self = .dockerEvent
            case "inspect": self = .dockerInspect
            default: self = .other
            }
            return
        }
        guard origin.product == "windows" || !origin.channel.isEmpty else {
            self = .other
            return
        }
        switch (ASCII.lowered(origin.channel), origin.eventID) {
        case ("security", 4688), ("microsoft-windows-sysmon/operational", 1): self = .processStart
        case ("security", 4689), ("microsoft-windows-sysmon/operational", 5): self = .processEnd
        case ("microsoft-windows-hyper-v-compute-operational", 2000...2003),
            ("microsoft-windows-hyper-v-compute-admin", 2000...2003):
            self = .hostCompute
        default: self = .windows
        }
    }

    /// Whether the first pass needs events of this kind in full.
    public var isWantedFirst: Bool { self != .windows && self != .other }
}

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
    enum Content: Sendable { case path, parentPath, object, user, sid, pid, guid, text }

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

/// What the attribution reads of one event: filled by the engine, or by ``EventReader`` from a batch.
public struct EventView: Sendable {
    /// One needed field and its (first) value as text.
    public struct Value: Sendable, Hashable {
        /// Which field.
        public var field: EvidenceField
        /// Its value. Adversary text.
        public var text: String

        /// A value.
        public init(_ field: EvidenceField, _ text: String) {
            self.field = field
            self.text = text
        }
    }

    /// Its kind.
    public var kind: EventKind
    /// Its time.
    public var time: Timestamp
    /// The host as the record names it (`Computer`); for Docker records the engine's host if known, else empty.
    public var host: String
    /// The event id; read for ``EventKind/hostCompute`` only.
    public var eventID: Int
    /// Needed fields of a Windows event, any order.
    public var values: [Value]
    /// All fields of a Docker record by dotted path, in order.
    public var fields: [FieldValue]

    /// A view.
    public init(
        kind: EventKind, time: Timestamp, host: String, eventID: Int = -1, values: [Value] = [],
        fields: [FieldValue] = []
    ) {
        self.kind = kind
        self.time = time
        self.host = host
        self.eventID = eventID
        self.values = values
        self.fields = fields
    }

    /// The value of a field, if the event has it. O(values).
    public subscript(field: EvidenceField) -> String? {
        for value in values where value.field == field { return value.text }
        return nil
    }

    func first(_ fields: EvidenceField...) -> String? {
        for field in fields { if let text = self[field], !text.isEmpty, text != "-" { return text } }
        return nil
    }
}
