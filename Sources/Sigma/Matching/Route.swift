/// Where events of one kind go: the rules bound to them, compiled together.
///
/// Get it once per kind (``Program/route(for:)``) and keep it by a key of your own; routes of kinds that bind the same
/// rules are the same. Cheap to copy.
public struct Route: Sendable {
    /// Dense number of the route in its program, in order of first use.
    public let index: Int
    let partition: Partition

    /// How many rules look at events of this route.
    public var ruleCount: Int { partition.rules.count }

    /// Program indices of these rules, ascending.
    public var rules: [Int] { partition.rules.map { Int($0) } }

    /// Names of the event fields that the route's rules look at, after the taxonomy's renames; the index of a name is its
    /// ``RouteField``. Other fields need not be offered unless ``wantsEveryField``.
    public var fieldNames: [String] { partition.fieldNames }

    /// Whether keyword rules want every value of the event, also of fields not in ``fieldNames`` (offer these as
    /// ``RouteField/unnamed``).
    public var wantsEveryField: Bool { partition.wantsEveryField }
}

/// A field of a route: its index in ``Route/fieldNames``.
public struct RouteField: Sendable, Hashable {
    /// 0-based position in ``Route/fieldNames``; -1 for ``unnamed``.
    public var index: Int32

    /// A field of `route` by its place in ``Route/fieldNames``.
    public init(_ index: Int) { self.index = Int32(truncatingIfNeeded: index) }

    /// A field that no rule names; its value is only looked at by keyword rules.
    public static let unnamed = RouteField(-1)
}
