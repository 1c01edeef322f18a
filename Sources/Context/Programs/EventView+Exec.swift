extension EventView {
    /// The first value of a field of a record that is read whole.
    func value(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    /// The command of an exec event: `exec_create: sh -c id` → `sh -c id`; nil for other events.
    var execCommand: String? {
        let action = value("Action") ?? value("status") ?? ""
        for prefix in ["exec_create: ", "exec_start: "] where action.hasPrefix(prefix) {
            return String(action.dropFirst(prefix.count))
        }
        return nil
    }
}
