import Events

/// A process start whose user and whose program's path do not belong to the same side.
struct IdentitySign: Hashable, Comparable, Sendable, Codable {
    var host: String
    var time: Timestamp
    /// Whether the user is a container's and the path the host's; else the other way round.
    var isUserOfContainer: Bool
    /// Adversary text.
    var user: String
    /// Adversary text.
    var image: String
    var place: EventPlace

    static func < (left: IdentitySign, right: IdentitySign) -> Bool {
        if left.time != right.time { return left.time < right.time }
        return left.key == right.key ? left.place < right.place : left.key < right.key
    }

    private var key: String { [host, user, image, isUserOfContainer ? "1" : "0"].joined(separator: "\u{0}") }

    /// Nil when both agree, or when one says nothing.
    init?(_ view: EventView) {
        guard view.kind == .processStart, view.time != .unknown, let image = view.first(.image, .newProcessName) else {
            return nil
        }
        // Most starts are of the host, by the host: seen at a glance.
        let isPlain = image.utf8.first != UInt8(ascii: "\\") && image.utf8.count < Screen.shortestLayer
        let containerUser = ContainerUser.named(by: view)
        guard !isPlain || containerUser != nil else { return nil }
        host = ASCII.lowered(NeutralText.cut(view.host, to: 256))
        guard !HostJoin.isContainerName(host) else { return nil }
        let path = SiloPath(image)
        let account = view.first(.user) ?? ""
        switch path {
        case .drive:
            guard let named = containerUser else { return nil }
            (isUserOfContainer, user) = (true, NeutralText.cut(named, to: 256))
        case .virtualDisk, .systemVolume, .dockerLayer, .snapshot:
            // `HOST\name`: an account of the host itself. Those of the system and of services are the same in containers.
            let machine = host.prefix { $0 != "." }
            guard !machine.isEmpty, ASCII.lowered(account).hasPrefix(machine + "\\") else { return nil }
            (isUserOfContainer, user) = (false, NeutralText.cut(account, to: 256))
        default: return nil
        }
        time = view.time
        self.image = NeutralText.cut(image, to: 512)
        place = view.place
    }
}
