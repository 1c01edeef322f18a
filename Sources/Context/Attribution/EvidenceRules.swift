/// The evidence table: what one record shows by itself, with its weight.
///
/// | observation | weight |
/// |---|---|
/// | image on `\Device\VhdHardDisk{g}` | 90 |
/// | image on `\\?\Volume{g}\Windows\System32\` | 85 |
/// | image elsewhere on `\\?\Volume{g}` (a host volume without a letter looks the same) | 45 |
/// | image, or parent's image, in a Docker or containerd layer | 85 |
/// | the same of the parent's image, the loaded image, the target of an access | 80, 80, 60 |
/// | loaded image in a layer by the host's smss.exe (it maps the first ntdll of a silo) | 50 |
/// | file written in a silo volume / in a layer (the engine itself unpacks layers) | 60 / 35 |
/// | base image of Windows Sandbox | 70 |
/// | ContainerAdministrator, ContainerUser | 85 |
/// | parent is CExecSvc.exe of a Windows\System32 / of any other folder | 75 / 25 |
/// | parent is containerd's shim / the process is conhost.exe | 60 / 30 |
/// | image under `C:\hpc\` | 70 |
/// | object is `JobContainer_<id>` | 90 |
/// | computer name: 12 hex of a known container / of none known / given by hand | 97 / 80 / 50 |
/// | an ancestor's evidence | nine tenths |
/// | the kernel's record of a silo whose start is a container's / of any other silo | 85 / 80 |
///
/// Linux: see `LinuxEvidence`.
///
/// Evidence of different kinds (host, path, user, tree) is independent: confidence = 100 · (1 − Π(1 − wᵢ/100)) over the
/// strongest of each kind, at most 99; only the engine's own records give 100.
enum EvidenceRules {
    /// In which role a path stands in the record.
    enum Role {
        case image, parent, loaded, target, file
    }

    /// What a path shows. O(length).
    static func path(_ path: String, as role: Role, actor: String = "") -> [Evidence] {
        guard let found = SiloPath(path) else { return [] }
        let what: String
        switch role {
        case .image: what = "the image "
        case .parent: what = "the parent's image "
        case .loaded: what = "the loaded image "
        case .target: what = "the accessed process's image "
        case .file: what = "the file "
        }
        func evidence(
            _ code: EvidenceCode, _ weights: (image: Int, parent: Int, loaded: Int, target: Int, file: Int),
            _ subject: Evidence.Subject, _ words: String
        ) -> [Evidence] {
            let weight: Int
            switch role {
            case .image: weight = weights.image
            case .parent: weight = weights.parent
            case .loaded: weight = weights.loaded
            case .target: weight = weights.target
            case .file: weight = weights.file
            }
            let reason = what + NeutralText.quoted(path) + words
            return [
                Evidence(code: code, weight: weight, subject: subject, reason: reason, isOfParent: role == .parent)
            ]
        }
        switch found {
        case .virtualDisk(let guid):
            return evidence(.siloPath, (90, 80, 80, 60, 60), .volume(guid), " lies on the virtual disk of a silo")
        case .systemVolume(let guid):
            return evidence(
                .siloPath, (85, 80, 80, 60, 60), .volume(guid),
                " lies in a Windows of its own on a volume without drive letter")
        case .otherVolume(let guid):
            return evidence(.siloPath, (45, 45, 40, 40, 30), .volume(guid), " lies on a volume without drive letter")
        case .dockerLayer(let layer):
            let isSession =
                role == .loaded && ASCII.equal(ASCII.lastComponent(actor), "smss.exe") && SiloPath(actor) == .drive
            let loaded = isSession ? 50 : 80
            return evidence(.layerPath, (85, 80, loaded, 60, 35), .layer(layer), " lies in a container layer")
        case .snapshot:
            return evidence(.layerPath, (85, 80, 80, 60, 35), .some, " lies in a snapshot of containerd")
        case .baseImage:
            return evidence(
                .layerPath, (70, 65, 65, 50, 30), .some, " lies in a base image of Windows Sandbox or Application Guard"
            )
        case .hostProcessRoot(let id):
            let subject = ContainerID(id).map { Evidence.Subject.container($0) } ?? .some
            return evidence(
                .hostProcessPath, (70, 60, 60, 40, 30), subject, " lies in the root of a HostProcess container")
        case .drive:
            return []
        }
    }

    /// What the parent of a starting process shows. O(length).
    static func parent(_ parent: String, of image: String, shimID: String) -> [Evidence] {
        var all = path(parent, as: .parent)
        if isAgent(parent) {
            // Any program can be named CExecSvc.exe; the real one lies in a System32.
            let folder = parent.utf8.dropLast("cexecsvc.exe".utf8.count)
            let isReal = folder.isEmpty || ASCII.hasSuffix(folder, "\\windows\\system32\\")
            all.append(
                Evidence(
                    code: .agentChild, weight: isReal ? 75 : 25, subject: .some,
                    reason: "started by the container execution agent " + NeutralText.quoted(parent)
                        + (isReal ? "" : ", which does not lie in Windows\\System32")))
        }
        if isShim(parent) {
            let isConsole = ASCII.equal(ASCII.lastComponent(image), "conhost.exe")
            let id = ContainerID(shimID)
            all.append(
                Evidence(
                    code: .hostProcessShim, weight: isConsole ? 30 : 60,
                    subject: id.map { .container($0) } ?? .some,
                    reason: "started on the host by containerd's shim" + (id.map { ", which serves \($0.short)" } ?? "")
                ))
        }
        return all
    }

    /// What the user shows.
    static func user(_ user: String) -> Evidence {
        Evidence(
            code: .containerSID, weight: 85, subject: .some,
            reason: "the user is \(user), which exists in containers only")
    }

    /// What an object's name shows: the job of a HostProcess container.
    static func object(_ name: String) -> [Evidence] {
        guard let id = jobContainerID(name) else { return [] }
        return [
            Evidence(
                code: .hostProcessShim, weight: 90, subject: .container(id),
                reason: "the object is the job of HostProcess container \(id.short)")
        ]
    }

    /// Whether a path is of a program named as the container execution agent.
    static func isAgent(_ path: String) -> Bool { named(path, "cexecsvc.exe") }

    /// Whether a path is of a program named as containerd's shim for Windows.
    static func isShim(_ path: String) -> Bool { named(path, "containerd-shim-runhcs-v1.exe") }

    /// The id after `-id` in a shim's command line; empty if there is none.
    static func shimID(_ commandLine: String) -> String {
        let words = commandLine.utf8.prefix(4096).split(separator: UInt8(ascii: " "), maxSplits: 256)
        for (index, word) in words.enumerated() where index + 1 < words.count {
            guard word.elementsEqual("-id".utf8) || word.elementsEqual("--id".utf8) else { continue }
            return String(words[index + 1]).flatMap { ContainerID($0) }?.text ?? ""
        }
        return ""
    }

    /// `…\JobContainer_<64 hex>` → the id.
    static func jobContainerID(_ name: String) -> ContainerID? {
        let last = ASCII.lastComponent(name)
        guard ASCII.hasPrefix(last.utf8, "jobcontainer_") else { return nil }
        return ContainerID(last.dropFirst("jobcontainer_".count)).flatMap { $0.isFull ? $0 : nil }
    }

    private static func named(_ path: String, _ name: StaticString) -> Bool {
        let bytes = path.utf8
        guard ASCII.hasSuffix(bytes, name) else { return false }
        let rest = bytes.dropLast(name.utf8CodeUnitCount)
        return rest.isEmpty || rest.last == UInt8(ascii: "\\")
    }
}
