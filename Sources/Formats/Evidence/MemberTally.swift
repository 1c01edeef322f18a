import Archives

/// What was wrong with the members of one archive: one defect a kind, however many members the adversary made.
struct MemberTally {
    private struct Trouble {
        let code: String
        var count = 0
        let path: String
        let detail: String
        let offset: Int64
    }

    private let archive: String
    private var troubles: [Trouble] = []

    init(archive: String) { self.archive = archive }

    /// Whether nothing was wrong.
    var isEmpty: Bool { troubles.isEmpty }

    /// Counts a trouble of the member with a path (or of the archive itself).
    mutating func add(_ code: String, _ path: String, _ detail: String, offset: Int64 = -1) {
        if let index = troubles.firstIndex(where: { $0.code == code }) {
            troubles[index].count += 1
        } else {
            troubles.append(Trouble(code: code, count: 1, path: path, detail: detail, offset: offset))
        }
    }

    /// Counts what the library said.
    mutating func add(_ error: ArchiveError, to path: String, _ kind: ArchiveKind) {
        let message = MemberName.visible(error.message.utf8)
        switch error.code {
        case .password: add("archive-password", path, Self.passwordHint(kind, error))
        case .cannotOpen: add("unreadable", path, message)
        case .unsupported: add("archive-unsupported", path, message)
        case .damaged, .memberDamaged:
            let place = error.offset > 0 ? " at or before byte \(error.offset) of the archive" : ""
            add("archive-damaged", path, "\(message)\(place); what came before counts", offset: error.offset)
        }
    }

    /// What to do about an encrypted member.
    static func passwordHint(_ kind: ArchiveKind, _ error: ArchiveError) -> String {
        if kind == .sevenZip { return "encrypted 7z, which cannot be read; unpack it with 7z first" }
        return error.message.lowercased().contains("incorrect")
            ? "encrypted; no password given with --password fits" : "encrypted; give its password with --password"
    }

    /// One defect a kind.
    func defects() -> [EvidenceDefect] {
        troubles.map { trouble in
            guard trouble.count > 1 else {
                return EvidenceDefect(
                    path: trouble.path, code: trouble.code, detail: trouble.detail, offset: trouble.offset)
            }
            return EvidenceDefect(
                path: archive, code: trouble.code,
                detail: "\(trouble.count) members, the first \(trouble.path): \(trouble.detail)",
                offset: trouble.offset)
        }
    }
}
