/// What a field tells of its event, the hardest to forge first.
enum FieldKind: Int, Comparable {
    case digest, program, command, user, image, other, name

    /// Whether a condition on it may stand for the event.
    var isStrong: Bool { self <= .command }

    static func < (left: FieldKind, right: FieldKind) -> Bool { left.rawValue < right.rawValue }

    private static let programs = [
        "Image", "NewProcessName", "Process.Executable", "ImageLoaded", "SourceImage", "ProcessName", "Exe",
        "Process.Image", "Program.Path",
    ]
    private static let commands = ["CommandLine", "ProcessCommandLine", "Exec.Command", "ScriptBlockText"]
    private static let users = ["User", "SubjectUserSid", "SubjectUserName", "Container.User", "Config.User"]
    private static let images = ["Container.Image", "Config.Image", "Actor.Attributes.image"]

    /// The field's place among those of its kind: the earlier is preferred.
    static func place(of field: String) -> Int {
        for list in [programs, commands, users, images] { if let place = list.firstIndex(of: field) { return place } }
        return Int.max
    }

    static func of(_ field: String, _ value: String) -> FieldKind {
        if isName(field) { return .name }
        if isDigest(value) { return .digest }
        if programs.contains(field) { return isPath(value) ? .program : .other }
        if commands.contains(field) { return .command }
        if users.contains(field) { return .user }
        if images.contains(field) { return .image }
        return .other
    }

    /// Texts that whoever makes a container or a host chooses freely, and numbers that say nothing of who acted.
    private static func isName(_ field: String) -> Bool {
        let field = field.lowercased()
        if field.contains("label") || field.contains("annotation") { return true }
        // The engine puts a container's labels beside its own attributes.
        if field.hasPrefix("actor.attributes."), field != "actor.attributes.image" { return true }
        let names: Set<String> = [
            "name", "container.name", "config.hostname", "hostname", "computer", "host",
            "container.id", "id", "actor.id", "container.reason", "container.evidence", "container.confidence",
            "originalfilename", "description", "product", "company", "windowtitle",
        ]
        return names.contains(field)
    }

    /// `sha256:` with 64 digits, an image reference with such a digest, or hashes of a file as Sysmon writes them. An
    /// image id in an event's own `Image` counts too; a short hash does not.
    private static func isDigest(_ value: String) -> Bool {
        let text = Array(value.lowercased().utf8)
        let mark = Array("sha256".utf8)
        guard text.count > mark.count + 64 else { return false }
        for start in 0..<(text.count - mark.count - 64) where text[start...].starts(with: mark) {
            let sign = text[start + mark.count]
            guard sign == UInt8(ascii: ":") || sign == UInt8(ascii: "=") else { continue }
            let digits = text[(start + mark.count + 1)...].prefix { Character(Unicode.Scalar($0)).isHexDigit }
            if digits.count == 64 { return true }
        }
        return false
    }

    /// A path from the root.
    private static func isPath(_ value: String) -> Bool {
        value.hasPrefix("/") || value.hasPrefix("\\") || value.dropFirst().hasPrefix(":\\")
    }
}
