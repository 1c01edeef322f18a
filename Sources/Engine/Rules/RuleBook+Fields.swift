import Sigma

extension RuleBook {
    /// The fields of a hit as a rule sees them: native names, container fields, and the names the taxonomy gives to
    /// native fields on that channel (`Image` for `NewProcessName` of a process creation in the Security log).
    ///
    /// The compiled matcher resolves those names at compile time; this is the plain way, for alerts only.
    func fields(of hit: HitEvent, for rule: Rule) -> [String: [String]] {
        fields(hit.fields, hit.container, for: rule)
    }

    /// The same for the event of an alert.
    func fields(of alert: Alert, for rule: Rule) -> [String: [String]] {
        fields(alert.fields, alert.container, for: rule)
    }

    private func fields(
        _ native: [AlertField], _ container: AlertContainer?, for rule: Rule
    ) -> [String: [String]] {
        var fields: [String: [String]] = [:]
        for field in native { fields[field.name] = field.values }
        if let container {
            for (name, values) in container.fields { fields[name] = values }
        }
        let channel = (fields["Channel"]?.first ?? "").lowercased()
        let eventID = fields["EventID"]?.first.flatMap { Int($0) }
        for entry in taxonomy.entries(for: rule.logSource) {
            guard entry.channels.isEmpty || entry.channels.contains(channel) else { continue }
            if !entry.eventIDs.isEmpty, let eventID, !entry.eventIDs.contains(eventID) { continue }
            for rename in entry.renames where fields[rename.event] != nil { fields[rename.rule] = fields[rename.event] }
        }
        return fields
    }
}

extension AlertContainer {
    /// The container as rule fields (docs/fields.md).
    var fields: [(name: String, values: [String])] {
        var list: [(name: String, values: [String])] = []
        func add(_ name: String, _ value: String) { if !value.isEmpty { list.append((name, [value])) } }
        add("Container.Id", id)
        add("Container.Name", name)
        add("Container.Image", image)
        add("Container.Isolation", isolation)
        add("Container.Privileged", privileged)
        add("Container.Platform", platform)
        add("Container.User", user)
        add("Container.Confidence", String(confidence))
        if !evidence.isEmpty { list.append(("Container.Evidence", evidence)) }
        if !reasons.isEmpty { list.append(("Container.Reason", reasons)) }
        return list
    }
}
