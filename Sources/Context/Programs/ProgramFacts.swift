import Bytes
import Events

/// What is known of one program in one container as of a moment.
struct ProgramFacts: Sendable {
    var count: ProgramHistory.Count
    var declared: ProgramKnowledge.Declared
    var isFromImage: Bool?
    var isMasquerade: Bool

    /// How unusual it is, 0 to 100: see ``ProgramKnowledge/novelty(_:_:)``.
    var novelty: Int { ProgramKnowledge.novelty(count, declared) }

    /// The fields of docs/fields.md.
    func fields(of program: ProgramPath, at time: Timestamp) -> [FactField] {
        var fields = [
            FactField("Program.Name", program.name), FactField("Program.Path", program.path),
            FactField("Program.InImage", count.inImage), FactField("Program.InContainer", count.inContainer),
            FactField("Program.OnHost", count.onHost),
        ]
        let first = count.first.map { min($0, time) } ?? time
        if first != .unknown {
            var text: [UInt8] = []
            RFC3339.append(nanoseconds: first.nanoseconds, to: &text)
            fields.append(FactField("Program.FirstSeen", String(decoding: text, as: UTF8.self)))
        }
        fields.append(FactField("Program.Declared", declared.rawValue))
        fields.append(FactField("Program.Novelty", novelty))
        fields.append(FactField("Program.FromImage", isFromImage.map { $0 ? "yes" : "no" } ?? "unknown"))
        if isMasquerade { fields.append(FactField("Program.Masquerade", true)) }
        return fields
    }

    /// The account without authority and id: `User Manager\ContainerUser`, `ContainerUser (S-1-5-93-2-2)` → `ContainerUser`.
    static func account(_ user: String) -> String {
        let name = ASCII.lastComponent(user)
        return String(name.prefix { $0 != " " })
    }
}

extension ProgramKnowledge {
    /// What is known of a program in a container as of a moment. A pure function. O(log n).
    func facts(
        of program: ProgramPath, in container: String, reference: String, host: String, at time: Timestamp,
        commandLine: String?, isExec: Bool
    ) -> ProgramFacts {
        let declared = reason(
            for: program, in: container, reference: reference, commandLine: commandLine, at: time, isExec: isExec)
        return ProgramFacts(
            count: count(of: program, in: container, reference: reference, host: host, before: time),
            declared: declared, isFromImage: isFromImage(program, in: container, declared, at: time),
            isMasquerade: SystemPrograms.isMasquerade(program, commandLine: isExec ? "" : commandLine ?? ""))
    }

    /// The declared user, when an account may do everything and no declared one may; else nil.
    func mismatchedUser(_ account: String, in container: String, reference: String) -> String? {
        guard SystemPrograms.administrators.contains(ASCII.lowered(account)),
            let users = declarations(of: container, reference: reference)?.users, let first = users.first,
            !users.contains(where: { SystemPrograms.administrators.contains(ASCII.lowered($0)) })
        else { return nil }
        return first
    }
}
