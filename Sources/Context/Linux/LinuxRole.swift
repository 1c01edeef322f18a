/// What part a program plays for containers, by its name and command line. All of them but ``plain`` run on the host's side.
///
///     containerd ── shim ──┬── runc create ── runc init ──exec──▶ the container's first program (parent: the shim)
///                          └── runc exec ──── runc init ──exec──▶ a program put into it
///
/// The step into the container is the first program that a `runc init` executes and that is none of the runtime's. What
/// `runc create` itself starts beside it are hooks, on the host.
enum LinuxRole: UInt8, Hashable, Sendable, Codable {
    /// `runc init`, `runc:[2:INIT]`: about to become a program of the container.
    case initial
    /// containerd-shim, conmon: the parent of a container's processes.
    case shim
    /// Works in a container's bundle folder; a shim's thread or a runtime.
    case bundle
    /// `runc create`, `runc run`.
    case create
    /// `runc exec`.
    case execute
    /// The runtime for anything else, an engine, a client.
    case helper
    /// Any other program.
    case plain

    /// The role of a program.
    ///
    /// - Parameters:
    ///   - image: Path of the executable; `/` for a runtime that runs from memory.
    ///   - comm: The task's name as the kernel has it, at most 15 bytes.
    ///   - words: The command line, split.
    init(image: String, comm: String, words: [Substring]) {
        if comm.utf8.starts(with: "runc:[".utf8) {
            self = .initial
            return
        }
        let name = LinuxRole.name(image)
        let first = words.first.map { LinuxRole.name($0) } ?? ""
        if name.utf8.starts(with: "containerd-shim".utf8) || name == "conmon" {
            self = .shim
        } else if LinuxRole.runtimes.contains(name) || (LinuxRole.isUnnamed(name) && LinuxRole.runtimes.contains(first))
        {
            self = LinuxRole.runtime(words.dropFirst())
        } else if LinuxRole.engines.contains(name) {
            self = .helper
        } else {
            self = .plain
        }
    }

    /// Whether a program may be one of the host's side: most are not, and their command lines need not be read.
    static func mayBeHostSide(image: String, comm: String) -> Bool {
        let name = name(image)
        guard let first = name.utf8.first else { return true }
        // runc, runsc; crun, conmon, containerd…, ctr, crio, crictl; youki; docker…; nerdctl; podman; kubelet.
        switch first {
        case UInt8(ascii: "r"), UInt8(ascii: "c"), UInt8(ascii: "y"), UInt8(ascii: "d"), UInt8(ascii: "n"),
            UInt8(ascii: "p"), UInt8(ascii: "k"):
            break
        default: return comm.utf8.starts(with: "runc".utf8) || isUnnamed(name)
        }
        return runtimes.contains(name) || engines.contains(name) || name.utf8.starts(with: "containerd-shim".utf8)
            || name == "conmon" || comm.utf8.starts(with: "runc".utf8)
    }

    var isHostSide: Bool { self != .plain }

    /// Whether it is there for moments only: what has its id much later is another process.
    var isShortLived: Bool { self == .initial || self == .create || self == .execute }

    /// Runtimes of the Open Container Initiative.
    private static let runtimes: Set<Substring> = ["runc", "crun", "youki", "runsc"]
    private static let engines: Set<Substring> = [
        "dockerd", "containerd", "docker", "docker-proxy", "ctr", "nerdctl", "podman", "crio", "kubelet", "crictl",
    ]

    /// A runtime's copy of itself: `/`, `/proc/self/exe`, `memfd:runc_cloned:/proc/self/exe`.
    private static func isUnnamed(_ name: Substring) -> Bool {
        name == "exe" || name.utf8.starts(with: "memfd:".utf8) || name.utf8.allSatisfy { $0 &- 0x30 < 10 }
    }

    private static func runtime(_ words: ArraySlice<Substring>) -> LinuxRole {
        for word in words {
            switch word {
            case "init": return .initial
            case "create", "run", "restore": return .create
            case "exec": return .execute
            case "start", "kill", "delete", "state", "ps", "events", "pause", "resume", "update", "features":
                return .helper
            default: continue
            }
        }
        return .helper
    }

    /// The part of a path after the last `/`.
    static func name(_ path: some StringProtocol) -> Substring {
        let text = Substring(path)
        guard let slash = text.utf8.lastIndex(of: UInt8(ascii: "/")) else { return text }
        return text[text.utf8.index(after: slash)...]
    }
}
