import Engine

/// Which fields of an event tell a reader most.
enum EventContext {
    /// Ordered by how much they help to judge: what ran, who started it, as whom, what it touched.
    private static let tellingNames: [String] = [
        "CommandLine", "Image", "NewProcessName", "ProcessName", "ParentImage", "ParentProcessName",
        "ParentCommandLine",
        "User", "SubjectUserName", "TargetUserName", "TargetFilename", "ObjectName", "TargetObject", "Details",
        "ImageLoaded", "PipeName", "ServiceName", "ImagePath", "ServiceFileName", "ScriptBlockText", "DestinationIp",
        "DestinationHostname", "DestinationPort", "SourceIp", "QueryName", "TaskName", "ShareName", "Exec.Command",
        "Actor.Attributes.name", "Actor.Attributes.image", "HostConfig.Binds", "HostConfig.Isolation", "Config.Cmd",
    ]

    /// The most telling fields that the matches do not show already.
    static func telling(of alert: Alert, limit: Int) -> [AlertField] {
        let matched = Set(alert.matched.map(\.field))
        var result: [AlertField] = []
        for name in tellingNames where result.count < limit && !matched.contains(name) {
            guard let field = alert.fields.first(where: { $0.name == name }) else { continue }
            if field.values.contains(where: { !$0.isEmpty && $0 != "-" }) { result.append(field) }
        }
        return result
    }
}
