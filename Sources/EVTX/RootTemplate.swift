import Bytes

/// The definition that every event of the writer uses for `<Event>` and `<System>`.
enum RootTemplate {
    static func instance(_ event: EVTXWriter.Event, recordID: UInt64) -> BinXMLInstance {
        let system = event.system
        return BinXMLInstance(
            definition, guid: guid,
            values: [
                .uint8(system.level), .uint16(system.task), .uint8(system.opcode), .uint16(system.eventID),
                system.qualifiers.map(EVTXWriterValue.uint16) ?? .null, .hexInt64(system.keywords),
                .fileTime(system.fileTime), system.activityID.map(EVTXWriterValue.guid) ?? .null,
                .uint32(system.processID), .uint32(system.threadID), .uint64(system.eventRecordID ?? recordID),
                .uint8(system.version), system.userID.map(EVTXWriterValue.sid) ?? .null, .string(system.provider),
                system.providerGuid.map(EVTXWriterValue.guid) ?? .null, .string(system.channel),
                .string(system.computer), event.payload.map { EVTXWriterValue(.instance($0)) } ?? .null,
            ])
    }

    private static func element(_ name: String, _ slot: Int, _ type: EVTXValueType) -> BinXMLNode {
        .element(
            BinXMLElement(
                name: name, attributes: [], children: [.substitution(slot: slot, type: type, optional: false)]))
    }

    private static func attribute(
        _ name: String, _ slot: Int, _ type: EVTXValueType, optional: Bool = true
    ) -> BinXMLAttribute {
        BinXMLAttribute(name: name, value: [.substitution(slot: slot, type: type, optional: optional)])
    }

    private static let guid = BinXMLInstance.guid(of: definition)

    private static let definition: [BinXMLNode] = {
        let system: [BinXMLNode] = [
            .element(
                BinXMLElement(
                    name: "Provider", attributes: [attribute("Name", 13, .string), attribute("Guid", 14, .guid)],
                    children: [])),
            .element(
                BinXMLElement(
                    name: "EventID", attributes: [attribute("Qualifiers", 4, .uint16)],
                    children: [.substitution(slot: 3, type: .uint16, optional: false)])),
            element("Version", 11, .uint8), element("Level", 0, .uint8), element("Task", 1, .uint16),
            element("Opcode", 2, .uint8), element("Keywords", 5, .hexInt64),
            .element(
                BinXMLElement(name: "TimeCreated", attributes: [attribute("SystemTime", 6, .fileTime)], children: [])),
            element("EventRecordID", 10, .uint64),
            .element(
                BinXMLElement(name: "Correlation", attributes: [attribute("ActivityID", 7, .guid)], children: [])),
            .element(
                BinXMLElement(
                    name: "Execution",
                    attributes: [attribute("ProcessID", 8, .uint32), attribute("ThreadID", 9, .uint32)],
                    children: [])),
            element("Channel", 15, .string), element("Computer", 16, .string),
            .element(BinXMLElement(name: "Security", attributes: [attribute("UserID", 12, .sid)], children: [])),
        ]
        let namespace = Array("http://schemas.microsoft.com/win/2004/08/events/event".utf8)
        return [
            .element(
                BinXMLElement(
                    name: "Event", attributes: [BinXMLAttribute(name: "xmlns", value: [.text(namespace)])],
                    children: [
                        .element(BinXMLElement(name: "System", attributes: [], children: system)),
                        .substitution(slot: 17, type: .binXML, optional: true),
                    ]))
        ]
    }()
}
