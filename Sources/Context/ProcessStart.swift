import Events

/// A process id of one host: reused by the system when its process has ended.
public struct ProcessID: Hashable, Comparable, Sendable {
    /// The number.
    public let number: UInt32

    /// A process id from its number.
    public init(_ number: UInt32) { self.number = number }

    /// A process id as logs write it: decimal (Sysmon) or `0x` hex (Security). O(n).
    public init?(_ text: String) {
        let digits = text.utf8.prefix(24)
        let isHex = digits.starts(with: [0x30, 0x78]) || digits.starts(with: [0x30, 0x58])
        let body = isHex ? digits.dropFirst(2) : digits.dropFirst(0)
        guard !body.isEmpty, let number = UInt32(String(decoding: body, as: UTF8.self), radix: isHex ? 16 : 10) else {
            return nil
        }
        self.number = number
    }

    public static func < (left: ProcessID, right: ProcessID) -> Bool { left.number < right.number }
}

/// Sysmon's `ProcessGuid`: unique where process ids are not. Kept as its 32 hex digits.
public struct ProcessGUID: Hashable, Comparable, Sendable {
    let high: UInt64
    let low: UInt64

    /// A GUID as text, with or without braces, any case; nil when it is none or all zero. O(n).
    public init?(_ text: String) {
        var value: (UInt64, UInt64) = (0, 0)
        var digits = 0
        for byte in text.utf8.prefix(48) {
            guard ASCII.isHexDigit(byte) else {
                if byte == UInt8(ascii: "-") || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") { continue }
                return nil
            }
            let nibble = UInt64(byte < 0x3A ? byte - 0x30 : (byte | 0x20) - 0x57)
            digits += 1
            if digits <= 16 { value.0 = value.0 << 4 | nibble } else { value.1 = value.1 << 4 | nibble }
        }
        guard digits == 32, value != (0, 0) else { return nil }
        (high, low) = value
    }

    public static func < (left: ProcessGUID, right: ProcessGUID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

/// A process creation as a record tells it.
struct ProcessStart: Hashable, Sendable {
    var host: String
    var pid: ProcessID
    var parentPID: ProcessID?
    var time: Timestamp
    var image: String
    var parentImage: String
    var guid: ProcessGUID?
    var parentGUID: ProcessGUID?
    /// `S-1-5-93-2-1`, `User Manager\Container…` or empty: the user, where it is a container's.
    var containerUser: String
    /// The id that the parent's command line names when the parent is a shim; else empty.
    var shimID: String
    /// Whether the record alone shows a container: such starts are kept before all others.
    var isTelling: Bool

    /// Longest image path that is kept.
    static let imageLimit = 512
}

/// A process end as a record tells it.
struct ProcessEnd: Hashable, Sendable {
    var host: String
    var pid: ProcessID
    var guid: ProcessGUID?
    var time: Timestamp
}

extension ProcessStart {
    /// The start that a process creation tells; nil without a process id. O(fields).
    init?(_ view: EventView) {
        let isSecurity = view[.newProcessID] != nil
        guard let pid = view.first(isSecurity ? .newProcessID : .processID).flatMap({ ProcessID($0) }) else {
            return nil
        }
        host = ASCII.lowered(view.host)
        self.pid = pid
        parentPID = view.first(isSecurity ? .processID : .parentProcessID).flatMap { ProcessID($0) }
        time = view.time
        let parent = view.first(.parentImage, .parentProcessName) ?? ""
        image = NeutralText.cut(view.first(.image, .newProcessName) ?? "", to: ProcessStart.imageLimit)
        parentImage = NeutralText.cut(parent, to: ProcessStart.imageLimit)
        guid = view[.processGUID].flatMap { ProcessGUID($0) }
        parentGUID = view[.parentProcessGUID].flatMap { ProcessGUID($0) }
        containerUser = ContainerUser.named(by: view) ?? ""
        shimID = EvidenceRules.isShim(parent) ? EvidenceRules.shimID(view[.parentCommandLine] ?? "") : ""
        isTelling = ProcessStart.isTelling(image: image, parentImage: parentImage, containerUser: containerUser)
    }

    private static func isTelling(image: String, parentImage: String, containerUser: String) -> Bool {
        if !containerUser.isEmpty || EvidenceRules.isShim(parentImage) || EvidenceRules.isAgent(parentImage) {
            return true
        }
        for path in [image, parentImage] {
            switch SiloPath(path) {
            case .none, .drive: continue
            default: return true
            }
        }
        return false
    }
}
