import Events

/// The fields of a Linux record that its sighting is made of: the first value of each that is there, in one walk.
struct LinuxFields {
    var pid: String?
    var parent: String?
    var image: String?
    var comm: String?
    var parentImage: String?
    var commandLine: String?
    var folder: String?
    var call: String?
    var result: String?
    var arguments: String?
    var device: String?
    var container: String?
    var cgroup: String?

    init(_ view: borrowing EventView) {
        let values = view.values.span
        for index in values.indices {
            let text = values[index].text
            if text.isEmpty || text == "-" { continue }
            switch values[index].field {
            case .processID where pid == nil: pid = text
            case .parentProcessID where parent == nil: parent = text
            case .image where image == nil: image = text
            case .comm where comm == nil: comm = text
            case .parentImage where parentImage == nil: parentImage = text
            case .commandLine where commandLine == nil: commandLine = text
            case .currentDirectory where folder == nil: folder = text
            case .syscall where call == nil, .syscallOfAudit where call == nil: call = text
            case .result where result == nil, .exit where result == nil: result = text
            case .arguments where arguments == nil: arguments = text
            case .device where device == nil: device = text
            case .containerID where container == nil: container = text
            case .cgroup where cgroup == nil: cgroup = text
            default: continue
            }
        }
    }

    /// A process id, decimal or hex; nil for zero and for what is none. O(n).
    static func number(_ text: String?) -> UInt32? {
        guard let text, text.utf8.count <= 24 else { return nil }
        var value: UInt64 = 0
        for byte in text.utf8 {
            guard byte &- 0x30 < 10 else { return ProcessID(text).flatMap { $0.number == 0 ? nil : $0.number } }
            value = value &* 10 &+ UInt64(byte &- 0x30)
            guard value <= UInt64(UInt32.max) else { return nil }
        }
        return value == 0 ? nil : UInt32(value)
    }
}
