import Synchronization

/// Rules compiled against a taxonomy: what decides, for an event, which rules match it.
///
/// Immutable and shared by all threads; each thread matches with its own ``EventMatcher``. The tables of a ``Route`` are
/// compiled when it is first asked for. Rules are known by their index in the array the program was made from.
public struct Program: Sendable {
    let code: RuleCode
    /// Whether every rule is tried on every event.
    public let ignoreLogSource: Bool
    private let table: RouteTable

    /// Compiles rules. About 60 ms per 3,000 rules; an expression that cannot be carried out (a regular expression PCRE2
    /// refuses, nesting deeper than 256) leaves its rule out: see ``rejections``.
    ///
    /// - Parameter ignoreLogSource: try every rule on every event, whatever its log source.
    public init(rules: [Rule], taxonomy: Taxonomy, ignoreLogSource: Bool = false) {
        var lowering = Lowering(taxonomy: taxonomy)
        for rule in rules { lowering.append(rule) }
        self.init(code: lowering.code, ignoreLogSource: ignoreLogSource)
    }

    init(code: RuleCode, ignoreLogSource: Bool) {
        self.code = code
        self.ignoreLogSource = ignoreLogSource
        table = RouteTable(Router(code: code, ignoreLogSource: ignoreLogSource))
    }

    /// How many rules the program was made from.
    public var ruleCount: Int { code.rules.count }

    /// Rules that can never match because they cannot be carried out, with the reason.
    public var rejections: [(rule: Int, reason: String)] {
        code.rules.enumerated().filter { !$0.element.rejection.isEmpty }.map { ($0.offset, $0.element.rejection) }
    }

    /// The route of events of a kind. Thread safe; the first call for a kind binds and may compile (up to tens of
    /// milliseconds for a thousand rules), later ones look up. An event's `EventID` must be the kind's `eventID`.
    public func route(for kind: EventKind) -> Route { table.route(for: kind, code: code) }
}

/// The routes found so far.
final class RouteTable: Sendable {
    private struct State {
        var byKind: [EventKind: Route] = [:]
        var byBindings: [[PartitionBuilder.Binding]: Route] = [:]
    }

    private let router: Router
    private let state = Mutex(State())

    /// Kinds are named by the evidence, so whoever writes it could make up any number: only so many are remembered.
    private static let maximumKinds = 1 << 16

    init(_ router: Router) { self.router = router }

    func route(for kind: EventKind, code: RuleCode) -> Route {
        if let known = state.withLock({ $0.byKind[kind] }) { return known }
        let bindings = router.bindings(for: kind, code: code)
        // Held while compiling: another thread that wants the same route waits instead of compiling it again.
        return state.withLock { state in
            let route: Route
            if let known = state.byBindings[bindings] {
                route = known
            } else {
                let partition = Partition(PartitionBuilder(source: code, bindings: bindings))
                route = Route(index: state.byBindings.count, partition: partition)
                state.byBindings[bindings] = route
            }
            if state.byKind.count < Self.maximumKinds { state.byKind[kind] = route }
            return route
        }
    }
}
