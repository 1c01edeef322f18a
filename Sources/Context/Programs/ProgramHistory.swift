import Events

/// Which program ran when, per container, image and host: built once, asked for any moment.
struct ProgramHistory: Sendable {
    /// What was seen of a program before a moment.
    struct Count: Hashable, Sendable {
        /// Sightings in the container.
        var inContainer = 0
        /// Sightings in other containers of the image.
        var inImage = 0
        /// Sightings on the host, the container's among them.
        var onHost = 0
        /// First sighting in the image, not older than the age limit.
        var first: Timestamp?
        /// Whether the image was watched long enough before that moment to call a program new.
        var isLong = false
    }

    /// Sightings older than so many days do not count.
    static let ageLimitDays: Int64 = 30
    /// Records of one start are so close: nearer ones are not earlier sightings.
    static let sameStart: Int64 = 5_000_000_000
    /// So long an image must have been watched before a program is called new.
    static let shortestHistory: Int64 = 600_000_000_000
    /// So many sightings it takes, too.
    static let fewestSightings = 3
    /// Most programs of an image: those that were seen first, so that what comes later cannot push them out.
    static let programLimit = 4096
    /// Most images: those that were seen first.
    static let imageLimit = 4096
    /// Most containers: those that were seen first.
    static let containerLimit = 1 << 16
    /// Most sightings: the latest.
    static let sightingLimit = 1 << 21

    /// A sighting by numbers.
    struct Sighting: Hashable, Comparable, Sendable {
        var time: Int64
        var container: Int32
        var program: Int32

        static func < (left: Sighting, right: Sighting) -> Bool {
            (left.time, left.container, left.program) < (right.time, right.container, right.program)
        }
    }

    private(set) var containers = Numbering()
    private(set) var programs = Numbering()
    private(set) var images = Numbering()
    private(set) var hosts = Numbering()
    /// By number of container.
    private(set) var imageOf: [Int32] = []
    private(set) var hostOf: [Int32] = []
    private(set) var byContainer = SightingTimes()
    private var byImage = SightingTimes()
    private var byHost = SightingTimes()
    private var ofImage = SightingTimes()
    /// What did not fit.
    private(set) var dropped = 0

    /// Nothing seen.
    init() {}

    /// Earliest time that counts at `time`.
    static func floor(at time: Int64) -> Int64 { Container.minus(time, ageLimitDays * 86_400_000_000_000) }

    /// What was seen of a program before a moment, by more than ``sameStart``. A pure function. O(log n).
    ///
    /// - Parameters:
    ///   - image: Key of the container's image, used when the container itself was never seen.
    func count(of program: String, container: String, image: String, host: String, before time: Timestamp) -> Count {
        let end = Container.minus(time.nanoseconds, ProgramHistory.sameStart)
        let floor = ProgramHistory.floor(at: time.nanoseconds)
        let containerNumber = containers[container]
        let imageNumber = containerNumber.map { imageOf[Int($0)] } ?? images[image]
        var count = Count()
        guard time != .unknown else { return count }
        if let imageNumber {
            let key = SightingTimes.key(imageNumber, 0)
            count.isLong =
                ofImage.count(key, from: floor, before: end) >= ProgramHistory.fewestSightings
                && (ofImage.first(key, from: floor) ?? .max)
                    <= Container.minus(time.nanoseconds, ProgramHistory.shortestHistory)
        }
        guard let number = programs[program] else { return count }
        if let containerNumber {
            count.inContainer = byContainer.count(.init(containerNumber, number), from: floor, before: end)
        }
        if let imageNumber {
            let all = byImage.count(.init(imageNumber, number), from: floor, before: end)
            count.inImage = all - count.inContainer
            count.first = byImage.first(.init(imageNumber, number), from: floor).map { Timestamp(nanoseconds: $0) }
        }
        let hostNumber = containerNumber.map { hostOf[Int($0)] } ?? hosts[host]
        if let hostNumber { count.onHost = byHost.count(.init(hostNumber, number), from: floor, before: end) }
        return count
    }
}

extension UInt64 {
    fileprivate init(_ scope: Int32, _ program: Int32) { self = SightingTimes.key(scope, program) }
}

extension ProgramHistory {
    /// Collects sightings with texts as numbers.
    struct Builder {
        private var containers = Numbering()
        private var programs = Numbering()
        private var images: [Int32: String] = [:]
        private var hosts: [Int32: String] = [:]
        private var sightings: [Sighting] = []

        /// Takes in one sighting. The least host and the greatest image of a container count.
        mutating func add(_ container: String, image: String, host: String, program: String, at time: Timestamp) {
            guard time != .unknown else { return }
            let number = containers.number(container)
            if !image.isEmpty { images[number] = max(images[number] ?? "", image) }
            if !host.isEmpty { hosts[number] = hosts[number].map { min($0, host) } ?? host }
            sightings.append(
                Sighting(time: time.nanoseconds, container: number, program: programs.number(program)))
        }

        /// The history. O(n log n). Equal for any order of sightings, and for any number of the same one.
        consuming func finish() -> ProgramHistory { ProgramHistory(containers, programs, images, hosts, sightings) }
    }

    private init(
        _ containers: Numbering, _ programs: Numbering, _ imageTexts: [Int32: String], _ hostTexts: [Int32: String],
        _ all: consuming [Sighting]
    ) {
        var sorted = all
        sorted.sort()
        var last: Sighting?
        sorted.removeAll { sighting in
            defer { last = sighting }
            return last == sighting
        }
        self.containers = containers
        self.programs = programs
        for (index, container) in containers.texts.enumerated() {
            // A container of no known image is an image of its own.
            imageOf.append(images.number(imageTexts[Int32(index)] ?? "container " + container))
            hostOf.append(hosts.number(hostTexts[Int32(index)] ?? ""))
        }
        bound(&sorted)
        byContainer = SightingTimes(sorted.map { (.init($0.container, $0.program), $0.time) })
        byImage = SightingTimes(sorted.map { (.init(imageOf[Int($0.container)], $0.program), $0.time) })
        byHost = SightingTimes(sorted.map { (.init(hostOf[Int($0.container)], $0.program), $0.time) })
        ofImage = SightingTimes(sorted.map { (.init(imageOf[Int($0.container)], 0), $0.time) })
    }

    /// Cuts to the limits. What is kept is told by times and texts alone, never by numbers, which depend on the order.
    private mutating func bound(_ sorted: inout [Sighting]) {
        let before = sorted.count
        if sorted.count > ProgramHistory.sightingLimit {
            // Whole moments only: what was seen at the cut goes too.
            let cut = sorted[sorted.count - ProgramHistory.sightingLimit].time
            sorted.removeAll { $0.time <= cut }
        }
        let containers = earliest(sorted, limit: ProgramHistory.containerLimit, in: containers.texts) { $0.container }
        let images = earliest(sorted, limit: ProgramHistory.imageLimit, in: images.texts) { imageOf[Int($0.container)] }
        if let containers { sorted.removeAll { !containers.contains($0.container) } }
        if let images { sorted.removeAll { !images.contains(imageOf[Int($0.container)]) } }
        boundPrograms(&sorted)
        dropped = before - sorted.count
    }

    /// The numbers that are seen first, by time and text; nil when all fit.
    private func earliest(
        _ sorted: [Sighting], limit: Int, in texts: [String], _ number: (Sighting) -> Int32
    ) -> Set<Int32>? {
        guard texts.count > limit else { return nil }
        var first: [Int32: Int64] = [:]
        for sighting in sorted where first[number(sighting)] == nil { first[number(sighting)] = sighting.time }
        let order = first.sorted { ($0.value, texts[Int($0.key)]) < ($1.value, texts[Int($1.key)]) }
        return Set(order.prefix(limit).map(\.key))
    }

    private func boundPrograms(_ sorted: inout [Sighting]) {
        var first: [Int32: [Int32: Int64]] = [:]
        for sighting in sorted {
            let image = imageOf[Int(sighting.container)]
            if first[image]?[sighting.program] == nil { first[image, default: [:]][sighting.program] = sighting.time }
        }
        first = first.filter { $0.value.count > ProgramHistory.programLimit }
        guard !first.isEmpty else { return }
        var kept: [Int32: Set<Int32>] = [:]
        for (image, programs) in first {
            let order = programs.sorted {
                ($0.value, self.programs.texts[Int($0.key)]) < ($1.value, self.programs.texts[Int($1.key)])
            }
            kept[image] = Set(order.prefix(ProgramHistory.programLimit).map(\.key))
        }
        sorted.removeAll { sighting in
            guard let programs = kept[imageOf[Int(sighting.container)]] else { return false }
            return !programs.contains(sighting.program)
        }
    }
}
