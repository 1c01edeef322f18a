import Context
import Events
import Sigma

/// What a worker does with the events of one origin, found once per origin and kept in a table by ``OriginID``.
struct OriginPlan {
    let origin: Origin
    let kind: Sigma.EventKind
    let route: Route
    /// Whether the user left its channel or event id out.
    let isExcluded: Bool
    /// ``Context/needsLearning(_:)``.
    let needsLearning: Bool
    /// Route field by field number; `Int32.min` where not yet asked, -1 where no rule of the route looks at it.
    private(set) var routeFields: [Int32] = []
    private let indexOfName: [String: Int32]
    /// Facts that rules of the route look at, beside those of the container.
    let facts: FactSelection
    /// Fields of the container that rules of the route look at.
    let containerFields: [(field: ContainerAttribution.Field, routeField: RouteField)]
    /// Fields that rules of the route read and an event of it had, by route field.
    private(set) var seenFields: [Bool]

    var events = 0
    /// Events within the time range and host selection that were matched.
    var matchedEvents = 0

    init(_ origin: Origin, program: Program, options: HuntOptions) {
        self.origin = origin
        kind = Sigma.EventKind(origin)
        route = program.route(for: kind)
        isExcluded = OriginPlan.excludes(origin, options)
        needsLearning = Context.needsLearning(origin)
        var index: [String: Int32] = [:]
        for (position, name) in route.fieldNames.enumerated() { index[name] = Int32(position) }
        indexOfName = index
        facts = FactSelection(fields: route.fieldNames)
        containerFields = ContainerAttribution.Field.allCases.compactMap { field in
            index[field.rawValue].map { (field, RouteField(Int($0))) }
        }
        seenFields = [Bool](repeating: false, count: route.fieldNames.count)
    }

    private static func excludes(_ origin: Origin, _ options: HuntOptions) -> Bool {
        let channel = origin.channel.lowercased()
        if !options.includeChannels.isEmpty, !options.includeChannels.contains(channel) { return true }
        if options.excludeChannels.contains(channel) { return true }
        if !options.includeEventIDs.isEmpty, !options.includeEventIDs.contains(origin.eventID) { return true }
        return options.excludeEventIDs.contains(origin.eventID)
    }

    /// The route's field for a field number of the worker's vocabulary; -1 if no rule of the route looks at it. O(1).
    @inline(__always)
    mutating func routeField(_ field: FieldID, _ vocabulary: borrowing Vocabulary) -> Int32 {
        let index = Int(field.index)
        if index < routeFields.count, routeFields[index] != .min { return routeFields[index] }
        return lookUp(index, vocabulary)
    }

    private mutating func lookUp(_ index: Int, _ vocabulary: borrowing Vocabulary) -> Int32 {
        while routeFields.count <= index { routeFields.append(.min) }
        let found = indexOfName[vocabulary.fieldNames[index]] ?? -1
        routeFields[index] = found
        if found >= 0 { seenFields[Int(found)] = true }
        return found
    }

    /// The route's field of this name, or nil.
    func routeField(named name: String) -> RouteField? { indexOfName[name].map { RouteField(Int($0)) } }
}
