import Events

/// Names and words as bytes, made once.
struct ProcmonNames: Sendable {
    /// Names of one end of a connection.
    struct End: Sendable {
        let address: [UInt8]
        let host: [UInt8]
        let port: [UInt8]

        init(_ side: String) {
            address = Array((side + "Ip").utf8)
            host = Array((side + "Hostname").utf8)
            port = Array((side + "Port").utf8)
        }
    }

    static let detail = Array("Detail.".utf8)
    static let opened = Array("Opened".utf8)
    static let newKey = Array("REG_CREATED_NEW_KEY".utf8)
    static let yes = Array("True".utf8)

    let processID = Array("ProcessId".utf8)
    let parentProcessID = Array("ParentProcessId".utf8)
    let image = Array("Image".utf8)
    let parentImage = Array("ParentImage".utf8)
    let commandLine = Array("CommandLine".utf8)
    let parentCommandLine = Array("ParentCommandLine".utf8)
    let eventType = Array("EventType".utf8)
    let details = Array("Details".utf8)
    let initiated = Array("Initiated".utf8)
    let source = End("Source")
    let destination = End("Destination")
}

/// The pairs of a detail that the decoder itself looks at.
struct ProcmonFacts: Sendable {
    var pid: ProcmonValue?
    var openResult: ProcmonValue?
    var disposition: ProcmonValue?
    var delete: ProcmonValue?
    var type: ProcmonValue?
    var data: ProcmonValue?

    /// Takes the pair with this name (`Detail.PID`) if it is one of them and the first.
    mutating func take(_ name: [UInt8], _ value: ProcmonValue) {
        switch String(decoding: name, as: UTF8.self) {
        case "Detail.PID": pid = pid ?? value
        case "Detail.OpenResult": openResult = openResult ?? value
        case "Detail.Disposition": disposition = disposition ?? value
        case "Detail.Delete", "Detail.Flags": delete = delete ?? value
        case "Detail.Type": type = type ?? value
        case "Detail.Data": data = data ?? value
        default: break
        }
    }
}

extension ProcmonValue {
    /// The value as a slot of no field, to read its bytes.
    var slot: FieldSlot {
        FieldSlot(
            field: FieldID(index: 0), offset: UInt32(truncatingIfNeeded: offset),
            length: UInt32(truncatingIfNeeded: length), encoding: .utf8, inArena: inArena)
    }
}
