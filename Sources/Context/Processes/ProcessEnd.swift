import Events

/// A process end as a record tells it.
struct ProcessEnd: Hashable, Sendable, Codable {
    var host: String
    var pid: ProcessID
    var guid: ProcessGUID?
    var time: Timestamp
}
