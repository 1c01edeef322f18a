import Events

/// Containers that sources are named after: the outputs of `docker diff` and `docker top` do not say whose they are, but
/// their files do (`diff-web.txt`, `top_4f1c9a7e2b6d.txt`). An executable lies in a container's folder
/// (`windowsfilter/4f1c…/Files/a.exe`) or in an export of it (`web.tar!usr/bin/a`).
struct SourceOwners: Sendable {
    /// Formats whose records name no container.
    private static let formats: Set<String> = ["docker-diff", "docker-top"]
    /// The format (`Formats.executables`) of files that lie below what is named after the container.
    private static let executables = "executable"
    /// Longest file name that is looked at, bytes.
    private static let nameLimit = 255
    /// Folders and archives above a file that are looked at, the innermost first.
    private static let folderLimit = 32

    private var owners: [SourceNumber: ContainerID] = [:]

    /// No source has an owner.
    init() {}

    /// Finds the owners of the sources that need one. O(sources × name length).
    init(_ sources: [SourceNote], _ inventory: ContainerInventory) {
        var byName: [String: Set<ContainerID>] = [:]
        for container in inventory.containers {
            for name in container.names { byName[ASCII.lowered(name.name), default: []].insert(container.id) }
        }
        for source in sources where source.format == SourceOwners.executables {
            owners[source.source] = SourceOwners.holder(of: source.path, byName, inventory)
        }
        for source in sources where SourceOwners.formats.contains(source.format) {
            let name = SourceOwners.stem(of: source.path)
            owners[source.source] = SourceOwners.named(by: name, byName) ?? SourceOwners.identified(by: name, inventory)
        }
    }

    /// The container that the records of a source are of. O(1).
    subscript(source: SourceNumber) -> ContainerID? { owners[source] }

    /// The file name without folder and extension, lower case.
    private static func stem(of path: String) -> String {
        let file = path.utf8.reversed().prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\") }
            .prefix(nameLimit).reversed()
        let text = ASCII.lowered(String(decoding: file, as: UTF8.self))
        guard let dot = text.lastIndex(of: "."), dot != text.startIndex else { return text }
        return String(text[..<dot])
    }

    /// The container whose name ends the file's name, after a separator; the longest name wins. None if two share it.
    private static func named(by stem: String, _ byName: [String: Set<ContainerID>]) -> ContainerID? {
        var rest = stem[...]
        while !rest.isEmpty {
            if let owners = byName[String(rest)] { return owners.count == 1 ? owners.first : nil }
            guard let separator = rest.firstIndex(where: { "-_=.".contains($0) }) else { return nil }
            rest = rest[rest.index(after: separator)...]
        }
        return nil
    }

    /// The container that a folder above a file is named after with its full id, or an archive around it with its name or
    /// id. Folders are called `web` for many reasons, so that a name alone does not count for them.
    private static func holder(
        of path: String, _ byName: [String: Set<ContainerID>], _ inventory: ContainerInventory
    ) -> ContainerID? {
        let archives = path.split(separator: "!", omittingEmptySubsequences: false)
        for (index, part) in archives.enumerated().reversed() {
            if index + 1 < archives.count {
                let stem = stem(of: stem(of: String(part)))
                if let owner = named(by: stem, byName) ?? identified(by: stem, inventory) { return owner }
            }
            for folder in part.split(whereSeparator: { $0 == "/" || $0 == "\\" }).suffix(folderLimit).reversed() {
                if let id = ContainerID(folder), id.isFull, case .one(let container) = inventory.resolve(id) {
                    return container.id
                }
            }
        }
        return nil
    }

    /// The container whose id, or the beginning of it, stands in the file's name between separators.
    private static func identified(by stem: String, _ inventory: ContainerInventory) -> ContainerID? {
        for part in stem.split(whereSeparator: { "-_=.".contains($0) }) {
            if let id = ContainerID(part), case .one(let container) = inventory.resolve(id) { return container.id }
        }
        return nil
    }
}
