/// What is known of an item or a container beyond its id. Raw values are the names in JSON.
public enum ItemAttribute: String, Hashable, Comparable, Sendable, Codable, CaseIterable {
    case name
    case tag
    case digest
    case parent
    case created
    case builtFrom = "built_from"
    case os
    case architecture
    case driver
    case subnet
    case gateway
    case mountpoint
    case usedBy = "used_by"
    case namespace
    case image
    case imageID = "image_id"
    case command
    case restartPolicy = "restart_policy"
    case restartCount = "restart_count"
    case exitCode = "exit_code"
    case error
    case pid
    case logPath = "log_path"
    case logDriver = "log_driver"
    case labelCount = "label_count"
    case networkMode = "network_mode"
    case pidMode = "pid_mode"
    case autoRemove = "auto_remove"
    case ports
    case state
    case type
    case owner
    case runtimeID = "runtime_id"
    case jobID = "job_id"
    case disk
    case path
    case version
    case hosts
    case liveRestore = "live_restore"
    case dataRoot = "data_root"
    case user

    /// Orders attributes as they are listed above.
    public static func < (left: ItemAttribute, right: ItemAttribute) -> Bool { left.rank < right.rank }

    private var rank: Int { ItemAttribute.allCases.firstIndex(of: self) ?? 0 }
}
