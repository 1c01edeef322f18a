public import Events

/// Something that no single record shows: an edge between two containers, a beacon, a hole in a log, a silo that the
/// engine never reported. An event like any other for rules: log source `product: siloscope`, `service:` its ``Service``.
public struct DerivedEvent: Hashable, Sendable {
    /// What part of the context found it; the `service` of the log source.
    public enum Service: String, Sendable, CaseIterable {
        /// Talk between containers, and of containers with others.
        case flows
        /// Logs that were cut, cleared, stopped or set back.
        case integrity
        /// Sources that do not agree.
        case contradictions
        /// Programs that containers ran.
        case programs
        /// Executable files and process dumps in the evidence; read as a format, not derived from records.
        case executables
        /// Writes to the thread-local storage of other processes.
        case threads
    }

    /// When it happened, or when it became certain.
    public var time: Timestamp
    /// The host, as the evidence names it; empty if not known.
    public var host: String
    /// What part found it.
    public var service: Service
    /// What was found: a stable code of docs/fields.md, e.g. `beacon`; the field `Finding`.
    public var finding: String
    /// The container it is about; nil if none. The field `ContainerId`.
    public var container: ContainerID?
    /// One sentence for people; adversary text in it neutralised. The field `Detail`.
    public var detail: String
    /// What else it says.
    public var fields: [FactField]
    /// Records it rests on, at most ``placeLimit``, the first in order. The field `Evidence.Place`.
    public var places: [EventPlace]

    /// Most records that are cited.
    public static let placeLimit = 8

    /// A derived event.
    public init(
        time: Timestamp, host: String, service: Service, finding: String, container: ContainerID? = nil,
        detail: String, fields: [FactField] = [], places: [EventPlace] = []
    ) {
        self.time = time
        self.host = host
        self.service = service
        self.finding = finding
        self.container = container
        self.detail = detail
        self.fields = fields
        self.places = Array(Set(places).subtracting([.none]).sorted().prefix(DerivedEvent.placeLimit))
    }

    /// All fields of the event but the places, in order.
    public var allFields: [FactField] {
        var all = [FactField("Finding", finding)]
        if let container { all.append(FactField("ContainerId", container.text)) }
        all.append(FactField("Detail", detail))
        return all + fields
    }
}

extension DerivedEvent: Comparable {
    /// A total order: time, service, finding, host, container, then everything else.
    public static func < (left: DerivedEvent, right: DerivedEvent) -> Bool {
        if left.time != right.time { return left.time < right.time }
        let (first, second) = (left.key, right.key)
        return first == second ? left.detail < right.detail : first < second
    }

    private var key: String {
        ([service.rawValue, finding, host, container?.text ?? ""] + fields.flatMap { [$0.name] + $0.values })
            .joined(separator: "\u{0}")
    }
}
