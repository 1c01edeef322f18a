import Events

/// The containers that ever had one address, found by when they ran.
///
///     172.17.0.2    |--a--|  |-----b-----|   |--c--|      by start; from a moment back until nobody before reaches it
struct AddressTenants: Sendable {
    /// A container that had the address.
    struct Tenant: Hashable, Sendable {
        /// Index in the inventory.
        var container: Int
        var network: String
    }

    private struct Stay: Sendable {
        var start: Int64
        var end: Int64
        /// Latest end of this and all before.
        var reach: Int64
        var tenant: Int
    }

    /// All of them, by container.
    let all: [Tenant]
    private var stays: [Stay] = []

    init(_ tenants: [Tenant], _ inventory: ContainerInventory) {
        all = tenants
        for (index, tenant) in tenants.enumerated() {
            let container = inventory.containers[tenant.container]
            var floor = container.created?.nanoseconds ?? .min
            for run in container.runs {
                let start = run.start?.nanoseconds ?? floor
                let end = run.end?.nanoseconds ?? container.destroyed?.nanoseconds ?? .max
                stays.append(
                    Stay(
                        start: Container.minus(start, Container.startSlack),
                        end: Container.plus(end, Container.endSlack),
                        reach: 0, tenant: index))
                floor = max(floor, end)
            }
        }
        stays.sort { ($0.start, $0.end, $0.tenant) < ($1.start, $1.end, $1.tenant) }
        var reach = Int64.min
        for index in stays.indices {
            reach = max(reach, stays[index].end)
            stays[index].reach = reach
        }
    }

    /// Those that ran at `time`, with the slack of ``Container/state(at:)``; by container. O(log n + stays that overlap).
    func tenants(at time: Timestamp) -> [Tenant] {
        guard time != .unknown else { return [] }
        let moment = time.nanoseconds
        var low = 0
        var high = stays.count
        while low < high {
            let middle = (low + high) / 2
            if stays[middle].start <= moment { low = middle + 1 } else { high = middle }
        }
        var found: Set<Int> = []
        while low > 0, stays[low - 1].reach >= moment {
            low -= 1
            if stays[low].end >= moment { found.insert(stays[low].tenant) }
        }
        return found.sorted().map { all[$0] }
    }
}
