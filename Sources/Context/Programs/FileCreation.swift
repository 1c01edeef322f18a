import Events

/// A file that may be run was made or written, by whom it is not yet known in which container.
struct FileCreation: Bounded {
    var record: KeptRecord
    /// The file, folded as programs are.
    var path: String

    var cost: Int { record.cost + path.utf8.count }

    /// The earliest first: a program is made before it runs.
    func isKept(before other: FileCreation) -> Bool {
        if record.time != other.record.time { return record.time < other.record.time }
        return record == other.record ? path < other.path : record.isBefore(other.record)
    }
}

extension FileCreation {
    /// What the attribution of a file event rests on.
    private static let evidence: Set<EvidenceField> = [
        .image, .targetFilename, .user, .processID, .processGUID, .containerID, .cgroup,
    ]
    private static let extensions: Set<String> = [
        "exe", "com", "scr", "bat", "cmd", "ps1", "vbs", "js", "msi", "jar", "py",
    ]

    /// The creation that a file event tells; nil when the file is none that may be run.
    init?(_ view: EventView) {
        guard let target = view.first(.targetFilename), view.time != .unknown, let file = ProgramPath(target),
            file.hasFolder, FileCreation.mayRun(file)
        else { return nil }
        record = KeptRecord(view, FileCreation.evidence)
        path = file.path
    }

    /// By its extension on Windows, by not being the kernel's on Linux.
    private static func mayRun(_ file: ProgramPath) -> Bool {
        guard file.isWindows else {
            return !["/proc/", "/sys/", "/dev/pts/", "/dev/null"].contains { file.path.hasPrefix($0) }
        }
        guard let dot = file.path.utf8.lastIndex(of: UInt8(ascii: ".")) else { return false }
        return extensions.contains(String(decoding: file.path.utf8[file.path.utf8.index(after: dot)...], as: UTF8.self))
    }
}
