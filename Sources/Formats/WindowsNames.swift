import Bytes
import Events

/// The flat names that Sigma's rules use for the members of a Windows event: `Provider_Name`, `EventID`, `CommandLine`.
///
/// System elements keep their names, their attributes become `Element_Attribute`; EventData and UserData give their leaf
/// names. System wins: data that carries a name of System's becomes `EventData_Name`, so that nobody can pass off a
/// `Channel` of his own.
enum WindowsNames {
    /// The flat names of System.
    static let system: Set<String> = [
        "Provider_Name", "Provider_Guid", "Provider_EventSourceName", "EventID", "EventID_Qualifiers", "Version",
        "Level",
        "Task", "Opcode", "Keywords", "TimeCreated_SystemTime", "EventRecordID", "Correlation_ActivityID",
        "Correlation_RelatedActivityID", "Execution_ProcessID", "Execution_ThreadID", "Channel", "Computer",
        "Security_UserID",
    ]

    /// The log-source keys of an event. Sysmon for Linux writes the events of Windows; which categories they are stands in
    /// `FieldMaps/sysmon-linux.yml`.
    static func origin(channel: String, provider: String, eventID: Int) -> Origin {
        guard provider == "Linux-Sysmon" else {
            return Origin(product: "windows", channel: channel, provider: provider, eventID: eventID)
        }
        let map = FieldMap.named("sysmon-linux")
        var origin = map.kinds["\(eventID)"]?.origin ?? map.origin
        (origin.channel, origin.provider, origin.eventID) = (channel, provider, eventID)
        return origin
    }

    /// The channel that the name of an exported file tells: `Security.csv`,
    /// `Microsoft-Windows-Sysmon%4Operational.csv`; empty when it tells none.
    static func channel(ofFile path: String) -> String {
        let file = path.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? ""
        let stem = file.lastIndex(of: ".").map { file[..<$0] } ?? file
        if let classic = ["Security", "System", "Application", "Setup"].first(where: {
            $0.lowercased() == stem.lowercased()
        }) {
            return classic
        }
        guard stem.hasPrefix("Microsoft-Windows-") else { return "" }
        return stem.split(separator: "%4", omittingEmptySubsequences: false).joined(separator: "/")
    }

    /// The flat name of the member at `path` (its keys from the root), or nil where it has none.
    static func flat(path: [String]) -> String? {
        guard let root = path.first else { return nil }
        if root == "Event" { return nested(path) }
        if root == "winlog" || root.hasPrefix("winlog.") { return beats(path.joined(separator: ".")) }
        if path.count >= 3, root == "win" { return wazuh(path[1], path[2...]) }
        if path.count >= 4, root == "data", path[1] == "win" { return wazuh(path[2], path[3...]) }
        return nil
    }

    /// The name of a leaf of EventData or UserData.
    static func data(_ name: String) -> String { system.contains(name) ? "EventData_" + name : name }

    /// Members in the shape of evtx_dump: `Event.System.Provider.#attributes.Name`.
    private static func nested(_ path: [String]) -> String? {
        guard path.count >= 3 else { return nil }
        switch path[1] {
        case "System":
            if path.count == 3 || (path.count == 4 && path[3] == "#text") { return path[2] }
            // Chainsaw and `evtx_dump --separate-json-attributes` write `Provider_attributes` beside `Provider`.
            if path.count == 4, path[2].hasSuffix("_attributes") {
                return path[3].hasPrefix("xmlns") ? nil : path[2].dropLast("attributes".count) + path[3]
            }
            guard path.count == 5, path[3] == "#attributes", !path[4].hasPrefix("xmlns") else { return nil }
            return path[2] + "_" + path[4]
        case "EventData":
            return leaf(path[2...], root: "EventData")
        case "UserData":
            // The first element below UserData is the provider's wrapper.
            return path.count > 3 ? leaf(path[3...], root: nil) : leaf(path[2...], root: nil)
        case "ProcessingErrorData", "DebugData", "BinaryEventData":
            return leaf(path[1...], root: nil)
        default:
            return nil
        }
    }

    private static func leaf(_ path: ArraySlice<String>, root: String?) -> String? {
        var parts = path
        if parts.last == "#text" { parts.removeLast() }
        guard let name = parts.last else { return root }
        guard parts.count >= 2 || parts.last != "#attributes" else { return nil }
        if parts.dropLast().last == "#attributes" {
            guard !name.hasPrefix("xmlns") else { return nil }
            guard let element = parts.dropLast(2).last ?? root else { return nil }
            return data(element + "_" + name)
        }
        return data(name)
    }

    /// Members in the shape of Wazuh: `data.win.system.eventID`, `data.win.eventdata.commandLine`. It makes the first letter
    /// of every name small.
    private static func wazuh(_ section: String, _ path: ArraySlice<String>) -> String? {
        guard let name = path.last, let first = name.first else { return nil }
        switch section {
        case "system": return wazuhNames[name]
        case "eventdata", "userdata", "eventData", "userData":
            // `param1`, `param2` … of the System log are small by nature.
            let isParameter = name.hasPrefix("param") && name.count > 5 && name.dropFirst(5).allSatisfy(\.isNumber)
            return isParameter ? name : data(first.uppercased() + name.dropFirst())
        default: return nil
        }
    }

    private static let wazuhNames: [String: String] = [
        "providerName": "Provider_Name", "providerGuid": "Provider_Guid", "eventSourceName": "Provider_EventSourceName",
        "eventID": "EventID", "version": "Version", "level": "Level", "task": "Task", "opcode": "Opcode",
        "keywords": "Keywords", "systemTime": "TimeCreated_SystemTime", "eventRecordID": "EventRecordID",
        "processID": "Execution_ProcessID", "threadID": "Execution_ThreadID", "channel": "Channel",
        "computer": "Computer", "message": "Message",
    ]

    /// Whether the texts of a member are escaped once more than JSON asks for: Wazuh's are.
    static func isEscapedTwice(path: [String]) -> Bool { path.starts(with: ["data", "win"]) || path.first == "win" }

    /// What a text with JSON's escapes stands for; nil when it holds none, or a backslash that begins none (`C:\x`: then it
    /// is not escaped).
    static func unescapedOnceMore(_ text: RawSpan) -> [UInt8]? {
        guard text.firstOffset(of: UInt8(ascii: "\\")) != nil else { return nil }
        var plain: [UInt8] = []
        var offset = 0
        while let byte = text.uint8(at: offset) {
            guard byte == UInt8(ascii: "\\") else {
                plain.append(byte)
                offset += 1
                continue
            }
            switch text.uint8(at: offset + 1) {
            case UInt8(ascii: "\\"): plain.append(UInt8(ascii: "\\"))
            case UInt8(ascii: "\""): plain.append(UInt8(ascii: "\""))
            default: return nil
            }
            offset += 2
        }
        return plain
    }

    /// Members in the shape of Winlogbeat, nested or dotted.
    private static func beats(_ path: String) -> String? {
        for prefix in ["winlog.event_data.", "winlog.user_data."] where path.hasPrefix(prefix) {
            return data(String(path.dropFirst(prefix.count)))
        }
        return beatNames[path]
    }

    private static let beatNames: [String: String] = [
        "winlog.channel": "Channel", "winlog.event_id": "EventID", "winlog.provider_name": "Provider_Name",
        "winlog.provider_guid": "Provider_Guid", "winlog.computer_name": "Computer",
        "winlog.record_id": "EventRecordID", "winlog.version": "Version",
        "winlog.process.pid": "Execution_ProcessID", "winlog.process.thread.id": "Execution_ThreadID",
        "winlog.user.identifier": "Security_UserID", "winlog.activity_id": "Correlation_ActivityID",
        "winlog.related_activity_id": "Correlation_RelatedActivityID",
    ]
}
