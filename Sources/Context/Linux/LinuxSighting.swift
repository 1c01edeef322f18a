import Events

/// What one record tells of a Linux process.
struct LinuxSighting: Hashable, Sendable, Codable {
    /// What happened.
    enum Act: UInt8, Sendable, Codable {
        /// It executes a program.
        case start
        /// It makes a child, whose id is `other`.
        case fork
        /// It ended.
        case end
        /// It did something else.
        case seen
    }

    var host: String
    var feed: LinuxFeed
    var act: Act
    var role: LinuxRole
    var pid: UInt32
    /// Parent, or the child of a fork; 0 when not told.
    var other: UInt32
    /// Nanoseconds since 1970.
    var time: Int64
    /// Order of records of one moment: audit's clock ticks every 4 ms, its serial numbers tell the order.
    var order: UInt32
    var image: String
    var comm: String
    /// Path of the parent's executable, where the record tells it.
    var parentImage: String
    /// For a helper the container it serves, else the one the record names.
    var container: ContainerID?
    /// Device of the program's file as audit writes it (major, minor); 0 when not told.
    var device: UInt32
    /// The source, for calls whose child is not known by number.
    var source: SourceNumber

    /// Sightings that are no start, fork or end are kept once in so long: the first one.
    static let bucket: Int64 = 8_000_000_000
    /// Longest image path that is kept.
    static let imageLimit = 256
}

extension LinuxSighting {
    /// The sighting that a record of Linux tells; nil without a process id or a time. O(fields).
    init?(_ view: EventView) {
        let fields = LinuxFields(view)
        guard view.time != .unknown, let pid = LinuxFields.number(fields.pid) else { return nil }
        host = ASCII.lowered(view.host)
        feed = LinuxFeed(view.origin)
        self.pid = pid
        time = view.time.nanoseconds
        order = feed == .audit ? UInt32(truncatingIfNeeded: view.place.record) : 0
        image = NeutralText.cut(fields.image ?? "", to: LinuxSighting.imageLimit)
        let name = fields.comm ?? ""
        comm = name.utf8.count <= 15 ? name : String(decoding: name.utf8.prefix(15), as: UTF8.self)
        parentImage = NeutralText.cut(fields.parentImage ?? "", to: LinuxSighting.imageLimit)
        other = LinuxFields.number(fields.parent) ?? 0
        device = 0
        source = feed == .trace ? view.place.source : .none
        (role, container) = LinuxSighting.part(fields, image: image, comm: comm, feed)
        // A call that failed started nothing.
        let isFailed = fields.result?.utf8.first == UInt8(ascii: "-")
        act = view.kind == .linuxProcess && !isFailed ? .start : .seen
        if act == .start {
            device = LinuxSighting.device(fields.device ?? "")
        } else if view.origin.category == "process_termination" {
            act = .end
        } else if let child = LinuxSighting.child(fields) {
            act = .fork
            other = child
        }
    }

    private static func part(_ fields: LinuxFields, image: String, comm: String, _ feed: LinuxFeed) -> (
        LinuxRole, ContainerID?
    ) {
        if !image.isEmpty || !comm.isEmpty, LinuxRole.mayBeHostSide(image: image, comm: comm) {
            let words = LinuxContainerText.words(fields.commandLine ?? "")
            let role = LinuxRole(image: image, comm: comm, words: words)
            if role.isHostSide {
                let folder = fields.folder.flatMap { LinuxContainerText.bundle($0) }
                let served = role == .helper ? nil : LinuxContainerText.served(words)
                return (role, served ?? folder)
            }
        }
        if feed == .trace, let arguments = fields.arguments, let folder = workingFolder(arguments) {
            return (.bundle, folder)
        }
        if let id = fields.container.flatMap({ ContainerID($0) }) { return (.plain, id) }
        return (.plain, fields.cgroup.flatMap { LinuxContainerText.group($0) })
    }

    /// `AT_FDCWD</run/…/io.containerd.runtime.v2.task/moby/<64 hex>>, …`: the bundle a shim or runtime works in.
    private static func workingFolder(_ arguments: String) -> ContainerID? {
        let mark = "AT_FDCWD<"
        guard arguments.utf8.starts(with: mark.utf8) else { return nil }
        let rest = arguments.utf8.dropFirst(mark.utf8.count).prefix(1024)
        guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return nil }
        return LinuxContainerText.bundle(String(decoding: rest[..<end], as: UTF8.self))
    }

    /// The child that a fork returned.
    private static func child(_ fields: LinuxFields) -> UInt32? {
        switch fields.call {
        case "clone", "clone3", "fork", "vfork": LinuxFields.number(fields.result)
        default: nil
        }
    }

    /// `00:46` → 0x46; major in the upper half.
    static func device(_ text: String) -> UInt32 {
        let parts = text.utf8.prefix(16).split(separator: UInt8(ascii: ":"))
        guard parts.count == 2, let major = UInt32(String(decoding: parts[0], as: UTF8.self), radix: 16),
            let minor = UInt32(String(decoding: parts[1], as: UTF8.self), radix: 16), major < 1 << 12,
            minor < 1 << 20
        else { return 0 }
        return major << 20 | minor
    }
}

extension LinuxSighting: Distinct {
    /// Bytes. Texts up to 15 bytes lie in the value; longer ones are shared.
    static let size = 120

    var cost: Int { LinuxSighting.size + (image.utf8.count > 15 ? image.utf8.count / 4 : 0) }

    /// Whether it says something of a container.
    var isTelling: Bool { role.isHostSide && role != .helper || container != nil }

    /// Where in time it stands for the order: exact, or its ``bucket``.
    private var moment: Int64 { act == .seen ? time / LinuxSighting.bucket : time }
    private var rank: Int { isTelling ? 0 : act == .seen ? 2 : 1 }

    func isSame(as other: LinuxSighting) -> Bool {
        guard act == .seen else { return self == other }
        return pid == other.pid && moment == other.moment && act == other.act && role == other.role
            && self.other == other.other && feed == other.feed && host == other.host && image == other.image
            && comm == other.comm && parentImage == other.parentImage && container == other.container
            && source == other.source
    }

    /// What shows a container first, then starts and forks, then the rest; the latest first.
    func isKept(before other: LinuxSighting) -> Bool {
        if rank != other.rank { return rank < other.rank }
        if moment != other.moment { return moment > other.moment }
        if pid != other.pid { return pid < other.pid }
        if host != other.host { return host < other.host }
        let left = [Int(feed.rawValue), Int(act.rawValue), Int(role.rawValue), Int(self.other), Int(source.number)]
        let right = [
            Int(other.feed.rawValue), Int(other.act.rawValue), Int(other.role.rawValue), Int(other.other),
            Int(other.source.number),
        ]
        if left != right { return left.lexicographicallyPrecedes(right) }
        if image != other.image { return image < other.image }
        if comm != other.comm { return comm < other.comm }
        if parentImage != other.parentImage { return parentImage < other.parentImage }
        let names = (container?.text ?? "", other.container?.text ?? "")
        if names.0 != names.1 { return names.0 < names.1 }
        return (time, order, device) < (other.time, other.order, other.device)
    }
}
