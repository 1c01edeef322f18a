/// How a collector lays out what it takes from a host: one row per layout.
///
/// | row | looks like | original path | host |
/// |---|---|---|---|
/// | `velociraptor` | `…/uploads/ACCESSOR/C%3A/Windows/…` | percent-decoded; `\\.\C:` is `C:` | from its notes (``CollectorNote``) beside `uploads` |
/// | `velociraptor-collection` | `Collection-HOST-2024-05-01T…` | – | from the name |
/// | `uac` | `uac-HOST-linux-20240501101112/[root]/var/…` | below `[root]` | from the name |
/// | `drive` (KAPE, CyLR) | `HOST/C/Windows/…` | `C:\Windows\…` | the folder above the drive's, see below |
/// | `hosts` | `…/hosts/HOST/…` | – | from the name |
///
/// The folder above a drive's folder is taken for the host only when something says that it is one: KAPE's own log lies
/// in it, it is an archive (`HOST.zip`, as CyLR and KAPE write), folders beside it hold drives too, or its name is what
/// Windows setup makes up (`DESKTOP-…`). And never when it is called what people call such folders (`out`, `triage`).
///
/// What lies in the collected tree itself is the adversary's and says nothing: neither notes nor names below the place
/// where original paths begin are looked at. A host told nearer to the file wins over one told further up.
struct CollectorLayout: Sendable {
    /// What a row makes of a path.
    struct Spot {
        /// Components before the collection's own content: its root.
        let root: Int
        /// Index of the first component that is the host's, not the collector's; nil: the row does not say.
        var content: Int?
        /// The path on the host.
        var original: String?
        /// The host.
        var host: String?
        /// Whether the host needs a witness.
        var isGuess = false
    }

    /// The row's name.
    let name: String
    /// Looks for the layout in a path.
    let locate: @Sendable (CollectionPath) -> Spot?

    /// All rows.
    static let table = [
        CollectorLayout(name: "velociraptor", locate: velociraptor),
        CollectorLayout(name: "velociraptor-collection", locate: velociraptorCollection),
        CollectorLayout(name: "uac", locate: uac),
        CollectorLayout(name: "drive", locate: drive),
        CollectorLayout(name: "hosts", locate: hosts),
    ]

    /// All spots of a path, those that lie in collected content left out; the first with an original path is the one that
    /// counts.
    static func spots(of path: CollectionPath) -> [Spot] {
        let all = table.compactMap { $0.locate(path) }
        guard let content = all.compactMap(\.content).min() else { return all }
        return all.filter { $0.root < content || $0.content == content }
            .filter { $0.content == nil || $0.content == content }
    }

    // MARK: Rows

    private static let accessors: Set<String> = ["auto", "file", "ntfs", "lazy_ntfs", "ntfs_vss", "raw_ntfs"]

    @Sendable private static func velociraptor(_ path: CollectionPath) -> Spot? {
        let parts = path.components
        guard
            let uploads = parts.indices.dropLast(2).first(where: {
                parts[$0] == "uploads" && accessors.contains(parts[$0 + 1])
            })
        else { return nil }
        let content = parts[(uploads + 2)...].map(CollectionPath.decoded)
        return Spot(root: uploads, content: uploads + 2, original: original(content))
    }

    /// Windows paths begin with a drive or a device: `\\.\C:` is the drive itself, shadow copies stay as they are.
    private static func original(_ content: [String]) -> String {
        guard var first = content.first else { return "" }
        if first.hasPrefix(#"\\.\"#) { first.removeFirst(4) }
        let isWindows = first.hasPrefix(#"\\"#) || first.utf8.count == 2 && first.hasSuffix(":")
        let rest = content.dropFirst()
        return isWindows
            ? ([first] + rest).joined(separator: #"\"#) : "/" + ([first] + rest).joined(separator: "/")
    }

    @Sendable private static func velociraptorCollection(_ path: CollectionPath) -> Spot? {
        for (index, name) in path.components.dropLast().enumerated() where name.hasPrefix("Collection-") {
            guard let match = name.wholeMatch(of: /Collection-(.+)-[0-9]{4}-[0-9]{2}-[0-9]{2}T.*/) else { continue }
            let host = String(match.output.1)
            if HostName.isPlausible(host) { return Spot(root: index + 1, host: host) }
        }
        return nil
    }

    @Sendable private static func uac(_ path: CollectionPath) -> Spot? {
        let parts = path.components
        for (index, name) in parts.dropLast().enumerated() where name.hasPrefix("uac-") {
            guard
                let match = name.wholeMatch(
                    of: /uac-(.+)-(?:aix|android|esxi|freebsd|linux|macos|netbsd|netscaler|openbsd|solaris)-[0-9]{14}/)
            else { continue }
            let host = String(match.output.1)
            var spot = Spot(root: index + 1, host: HostName.isPlausible(host) ? host : nil)
            if parts.count > index + 2, parts[index + 1] == "[root]" {
                spot.content = index + 2
                spot.original = "/" + parts[(index + 2)...].joined(separator: "/")
            }
            return spot
        }
        return nil
    }

    @Sendable private static func drive(_ path: CollectionPath) -> Spot? {
        let parts = path.components
        for index in parts.indices.dropLast() {
            guard let letter = driveLetter(parts[index]), windowsRoots.contains(parts[index + 1].lowercased())
            else { continue }
            let original = ([letter + ":"] + parts[(index + 1)...].map(CollectionPath.decoded))
                .joined(separator: #"\"#)
            var spot = Spot(root: index, content: index, original: original)
            if index > 0 {
                let name = behindTime(parts[index - 1])
                if HostName.isPlausibleFolder(name) { (spot.host, spot.isGuess) = (name, true) }
            }
            return spot
        }
        return nil
    }

    /// `C`, `C:` or `C%3A`.
    private static func driveLetter(_ component: String) -> String? {
        guard let first = component.utf8.first, (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first & 0xDF),
            ["", ":", "%3A", "%3a"].contains(component.dropFirst())
        else { return nil }
        return component.prefix(1).uppercased()
    }

    /// KAPE names its archives `2024-05-01T101112_HOST.zip`.
    private static func behindTime(_ name: String) -> String {
        guard let first = name.utf8.first, (0x30...0x39).contains(first),
            let match = name.wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9_]*_(.+)/)
        else { return name }
        return String(match.output.1)
    }

    @Sendable private static func hosts(_ path: CollectionPath) -> Spot? {
        let parts = path.components
        guard let index = parts.indices.dropLast(2).first(where: { parts[$0].lowercased() == "hosts" }),
            HostName.isPlausible(parts[index + 1])
        else { return nil }
        return Spot(root: index + 2, host: parts[index + 1])
    }

    /// What lies at the top of a Windows drive, in lower case.
    private static let windowsRoots: Set<String> = [
        "$boot", "$extend", "$logfile", "$mft", "$mftmirr", "$recycle.bin", "$secure_$sds", "documents and settings",
        "inetpub", "perflogs", "program files", "program files (x86)", "programdata", "recovery",
        "system volume information", "users", "windows", "windows.old",
    ]
}
