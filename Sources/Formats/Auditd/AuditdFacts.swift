import Events

/// What the records of one event say together, beyond each field by itself.
struct AuditdFacts: Sendable {
    /// A name of PATH, and whether it is the directory of another.
    struct Path: Sendable {
        var name: FieldSlot
        var isParent: Bool
    }

    var architecture: UInt32?
    var syscall: Int?
    /// The call's name where a record states it (enriched, interpreted).
    var syscallName: FieldSlot?
    var isFailed = false
    /// Arguments of the call: the second and third, where flags of opens stand.
    var secondArgument: Int?
    var thirdArgument: Int?
    var userID: FieldSlot?
    var userName: FieldSlot?
    var workingDirectory: FieldSlot?
    var proctitle: FieldSlot?
    var argumentCount: Int?
    /// Arguments of a program, in order.
    var arguments: [FieldSlot] = []
    /// An argument that comes in parts (`a1[0]`, `a1[1]`): its number and what has come.
    var partialArgument = -1
    var partial: [UInt8] = []
    var paths: [Path] = []
    var lost: Int?
    /// The kind of the event, by the name of its call.
    var kind: Int?

    private var name: FieldSlot?
    private var nameIsParent = false

    /// Forgets the event and keeps the memory.
    mutating func clear() {
        (architecture, syscall, syscallName, isFailed) = (nil, nil, nil, false)
        (secondArgument, thirdArgument, userID, userName) = (nil, nil, nil, nil)
        (workingDirectory, proctitle, argumentCount, partialArgument, lost) = (nil, nil, nil, -1, nil)
        arguments.removeAll(keepingCapacity: true)
        partial.removeAll(keepingCapacity: true)
        paths.removeAll(keepingCapacity: true)
    }

    /// Begins a record.
    mutating func beginRecord() { (name, nameIsParent) = (nil, false) }

    /// Notes the `name` of a record.
    mutating func note(name: FieldSlot) { self.name = name }

    /// Notes that the record's name is a directory above another.
    mutating func noteParent() { nameIsParent = true }

    /// Ends a record.
    mutating func endRecord() {
        if let name { paths.append(Path(name: name, isParent: nameIsParent)) }
    }
}

/// The names of the fields that are made, as bytes.
struct AuditdNames: Sendable {
    static let kernel = Array("KERNEL".utf8)
    let type = Array("type".utf8)
    let node = Array("node".utf8)
    let serial = Array("Audit.Serial".utf8)
    let lost = Array("Audit.Lost".utf8)
    let syscallName = Array("SYSCALL".utf8)
    let commandLine = Array("CommandLine".utf8)
    let containerID = Array("ContainerId".utf8)
    let user = Array("User".utf8)
    let fullPath = Array("Path.Full".utf8)
    let family = Array("Socket.Family".utf8)
    let address = Array("Socket.Address".utf8)
    let port = Array("Socket.Port".utf8)
    let socketPath = Array("Socket.Path".utf8)
    let permissions = Array("seperms".utf8)
    let decision = Array("seresult".utf8)
    let argument = (0..<256).map { Array("a\($0)".utf8) }
}
