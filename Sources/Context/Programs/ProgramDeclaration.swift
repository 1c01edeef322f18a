import Events

/// What a container, or an image, declares of the programs it runs: the prior before any history.
struct ProgramDeclaration: Hashable, Sendable, Codable {
    /// Image references: `Config.Image`, `RepoTags`.
    var references = SeenTexts()
    /// Image ids, `sha256:…`.
    var digests = SeenTexts()
    /// Entry points with their arguments, one space between words.
    var entries = SeenTexts()
    /// Health checks as the engine runs them.
    var healthChecks = SeenTexts()
    /// Declared users.
    var users = SeenTexts()

    /// Takes in the facts of `other`.
    mutating func merge(_ other: ProgramDeclaration) {
        references.merge(other.references)
        digests.merge(other.digests)
        entries.merge(other.entries)
        healthChecks.merge(other.healthChecks)
        users.merge(other.users)
    }

    /// Takes in a document of the engine: a container's (`Path`, `Args`, `Config.…`, `Image`) or an image's (`Id`,
    /// `RepoTags`, `Config.…`), arrays flattened (Engine API 1.43).
    mutating func apply(_ fields: [FieldValue], isImage: Bool, at time: Timestamp) {
        var path: [String] = []
        var command: [String] = []
        var entrypoint: [String] = []
        var check: [String] = []
        var isWindows = false
        for field in fields where !field.value.isEmpty {
            switch field.name {
            case "Path": path.insert(field.value, at: 0)
            case "Args": if path.count < ProgramDeclaration.wordLimit { path.append(field.value) }
            case "Config.Entrypoint":
                if entrypoint.count < ProgramDeclaration.wordLimit { entrypoint.append(field.value) }
            case "Config.Cmd": if command.count < ProgramDeclaration.wordLimit { command.append(field.value) }
            case "Config.Healthcheck.Test": if check.count < ProgramDeclaration.wordLimit { check.append(field.value) }
            case "Config.User": users.see(field.value, at: time)
            case "Platform", "Os": isWindows = isWindows || ASCII.equal(field.value, "windows")
            case "Image" where !isImage, "Id" where isImage: digests.see(field.value, at: time)
            case "Config.Image" where !isImage, "RepoTags" where isImage: references.see(field.value, at: time)
            default: continue
            }
        }
        for words in [path, entrypoint + command] where !words.isEmpty {
            entries.see(words.joined(separator: " "), at: time)
        }
        if let health = ProgramDeclaration.healthCheck(check, isWindows: isWindows) {
            healthChecks.see(health, at: time)
        }
    }

    /// The command of a health check as the exec event of the engine shows it (moby `daemon/health.go`).
    private static func healthCheck(_ test: [String], isWindows: Bool) -> String? {
        guard test.count > 1 else { return nil }
        let words = test.dropFirst().joined(separator: " ")
        switch test[0] {
        case "CMD": return words
        case "CMD-SHELL": return (isWindows ? "cmd /S /C " : "/bin/sh -c ") + words
        default: return nil
        }
    }

    /// Most words of one command.
    static let wordLimit = 256
}
