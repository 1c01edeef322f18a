/// An event of a case or a scenario, as its author wrote it: what the evidence would hold, not what we make of it.
public struct SampleEvent: Sendable, Equatable {
    /// The kind of evidence it is written as.
    public enum Payload: Sendable, Equatable {
        /// A Windows event: written as EVTX by the project's writer and read back.
        case windows(WindowsSample)
        /// One line of `docker events --format '{{json .}}'`.
        case dockerEvent(json: String)
        /// One container of `docker inspect`.
        case dockerInspect(json: String)
        /// One line of NDJSON of no known origin.
        case json(String)
        /// Lines of a file of any format, recognised as in evidence. Events of one name make one file.
        case file(name: String, text: String)
        /// Something the context derived: for rules of `product: siloscope`, where the facts alone are to be tested.
        case derived(DerivedSample)
    }

    /// Seconds after the sample's (or scenario's) start.
    public var offset: Double
    /// The record itself, in the kind of evidence it is written as.
    public var payload: Payload

    /// An event.
    public init(offset: Double = 0, payload: Payload) {
        self.offset = offset
        self.payload = payload
    }
}

/// A derived event of a sample: its log source and fields.
public struct DerivedSample: Sendable, Equatable {
    /// `flows`, `integrity`, `contradictions` or `programs`.
    public var service: String
    /// The host it is about; may be empty.
    public var host: String
    /// Fields as rules use them, `Finding` and `ContainerId` among them.
    public var fields: [WindowsSample.Field]

    /// A derived event.
    public init(service: String, host: String, fields: [WindowsSample.Field]) {
        self.service = service
        self.host = host
        self.fields = fields
    }
}

/// The fields of a Windows event under the names that rules use.
public struct WindowsSample: Sendable, Equatable {
    /// A field and its values; unnamed `Data` has several.
    public struct Field: Sendable, Equatable {
        /// Field name as rules use it (`Image`, `EventID`).
        public var name: String
        /// Texts of the field; one except for unnamed `Data`.
        public var values: [String]

        /// A field.
        public init(name: String, values: [String]) {
            self.name = name
            self.values = values
        }
    }

    /// System fields (`Channel`, `EventID`, `Provider_Name`, `Computer`, …), as text.
    public var system: [String: String]
    /// EventData in order.
    public var eventData: [Field]
    /// Name of the element below `UserData`, when the event has UserData instead of EventData.
    public var userDataElement: String?

    /// Names that belong to `System`, not to the event's data.
    public static let systemNames: Set<String> = [
        "Channel", "Provider_Name", "Provider_Guid", "EventID", "Version", "Level", "Task", "Opcode", "Keywords",
        "Computer", "EventRecordID", "TimeCreated", "Security_UserID", "Execution_ProcessID", "Execution_ThreadID",
    ]

    /// Sorts fields into System and data.
    public init(fields: [Field], userDataElement: String? = nil) {
        system = [:]
        eventData = []
        self.userDataElement = userDataElement
        for field in fields {
            if WindowsSample.systemNames.contains(field.name), system[field.name] == nil {
                system[field.name] = field.values.first ?? ""
            } else {
                eventData.append(field)
            }
        }
    }
}

/// Events that together must, or must not, make a rule fire.
public struct Sample: Sendable, Equatable {
    /// What it shows.
    public var note: String
    /// In time order.
    public var events: [SampleEvent]
    /// Whether the input ends with these events; otherwise time runs on, so that deadlines pass.
    public var endsAt: Double?
}

/// The proof of one rule: samples that must fire and near misses that must not.
public struct CaseFile: Sendable, Equatable {
    /// Where it stands.
    public var path: String
    /// Id of the rule.
    public var rule: String
    /// Samples on each of which the rule must fire.
    public var fires: [Sample]
    /// Near misses on none of which the rule may fire.
    public var silent: [Sample]
    /// `docker inspect` bodies known in every sample of the file.
    public var inventory: [String]
}
