public import Context
public import Engine
public import Events

/// What evidence tells of containers, for people or for programs.
public struct ContainerReport {
    let inventory: ContainerInventory
    let volumes: [SiloVolume]
    let paths: [String]
    let remarks: [String]
    /// The moment that is asked for; nil for the end of the evidence.
    let moment: Timestamp?
    /// Whether everything is listed: images, networks, volumes, and every exec.
    let listsAll: Bool

    /// A report on what a survey found.
    public init(_ result: ContainerSurvey.Result, at moment: Timestamp?, listsAll: Bool) {
        inventory = result.context.inventory
        volumes = result.context.siloVolumes
        paths = result.paths
        remarks = result.context.remarks
        self.moment = moment
        self.listsAll = listsAll
    }

    /// The containers that `text` names: by a name they had at any time, or by the beginning of their id. Sorted by time.
    public func containers(named text: String) -> [Container] {
        let lowered = text.lowercased()
        let isID =
            text.utf8.count >= 3 && lowered.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        let named = inventory.containers.filter { $0.names.contains { $0.name == text } }
        if !named.isEmpty { return sorted(named) }
        return sorted(inventory.containers.filter { isID && $0.id.text.hasPrefix(lowered) })
    }

    /// Names of all containers, sorted, for a hint.
    public var names: [String] { Set(inventory.containers.flatMap { $0.names.map(\.name) }).sorted() }

    /// The moment whose state is shown.
    var shown: Timestamp { moment ?? Timestamp(nanoseconds: .max) }

    /// In order of creation, as far as known, else of the first sighting.
    func sorted(_ containers: [Container]) -> [Container] {
        containers.sorted { left, right in
            let (first, second) = (ContainerReport.beginning(left), ContainerReport.beginning(right))
            return first == second ? left.id < right.id : first < second
        }
    }

    private static func beginning(_ container: Container) -> Timestamp {
        container.created ?? container.runs.first?.start ?? container.details.provenance.span?.first ?? .unknown
    }

    /// Where a container is: its engines and hosts, joined; empty if the evidence names none.
    func home(of container: Container) -> String {
        Set(container.engines + container.hosts).subtracting([""]).sorted().joined(separator: ", ")
    }

    /// Where a record lies: `path @offset`; empty if not known.
    func place(_ place: EventPlace) -> String {
        guard let source = place.source.index, paths.indices.contains(source) else { return "" }
        return paths[source] + " @\(place.offset)"
    }
}
