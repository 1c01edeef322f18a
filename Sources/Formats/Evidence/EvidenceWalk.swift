import Events
import Foundation

/// Walks the given paths and collects regular files.
struct EvidenceWalk {
    /// A regular file that was found.
    struct File {
        let path: String
        let contentPath: String
        let size: Int64
        var modified: Timestamp?
    }

    /// What the system says about a path.
    private struct Kind {
        let type: FileAttributeType
        let size: Int64
        let modified: Timestamp?
    }

    private(set) var files: [File] = []
    private(set) var defects: [EvidenceDefect] = []
    private(set) var spools: [SpooledInput] = []
    private var seen: Set<String> = []
    private let fileManager = FileManager()

    /// A path of the command line.
    mutating func visit(given path: String) {
        if path == "-" { return spool(path) }
        guard let resolved = resolve(path), let kind = kind(of: resolved, shownAs: path) else { return }
        switch kind.type {
        case .typeDirectory: walk(resolved, shownAs: path)
        case .typeRegular: add(resolved, shownAs: path, kind)
        // Process substitution: `siloscope hunt <(zcat events.gz)`.
        case .typeUnknown where isPipe(resolved): spool(path)
        default: defects.append(EvidenceDefect(path: path, code: "not-a-file", detail: "a device or socket"))
        }
    }

    private mutating func walk(_ root: String, shownAs shownRoot: String) {
        var pending = [(real: root, shown: shownRoot, depth: 0)]
        while let directory = pending.popLast() {
            guard seen.insert(directory.real).inserted else { continue }
            let names: [String]
            do {
                names = try fileManager.contentsOfDirectory(atPath: directory.real)
            } catch {
                defects.append(
                    EvidenceDefect(path: directory.shown, code: "unreadable", detail: Self.reason(error)))
                continue
            }
            for name in names.sorted(by: Evidence.precedes) {
                let real = Self.join(directory.real, name)
                let shown = Self.join(directory.shown, name)
                guard let kind = kind(of: real, shownAs: shown) else { continue }
                switch kind.type {
                case .typeDirectory where directory.depth + 1 > Evidence.depthLimit:
                    defects.append(EvidenceDefect(path: shown, code: "too-deep", detail: "directory not walked"))
                case .typeDirectory: pending.append((real, shown, directory.depth + 1))
                case .typeRegular: add(real, shownAs: shown, kind)
                case .typeSymbolicLink: reportLink(real, shownAs: shown, root: root)
                default:
                    defects.append(EvidenceDefect(path: shown, code: "not-a-file", detail: "a device, pipe or socket"))
                }
            }
        }
    }

    private mutating func add(_ real: String, shownAs path: String, _ kind: Kind) {
        guard seen.insert(real).inserted else { return }
        files.append(File(path: path, contentPath: real, size: kind.size, modified: kind.modified))
    }

    /// A link that points into the walked tree leads to what is found anyway; any other is worth a word.
    private mutating func reportLink(_ link: String, shownAs path: String, root: String) {
        let target = URL(fileURLWithPath: link).resolvingSymlinksInPath().path
        if target != link, target == root || target.hasPrefix(root.hasSuffix("/") ? root : root + "/"),
            fileManager.fileExists(atPath: target)
        {
            return
        }
        defects.append(
            EvidenceDefect(
                path: path, code: "link-not-followed", detail: "a link that leads nowhere or out of the evidence"))
    }

    private mutating func spool(_ path: String) {
        do {
            let input = try SpooledInput(path: path)
            spools.append(input)
            files.append(File(path: path, contentPath: input.path, size: input.size))
        } catch {
            defects.append(EvidenceDefect(path: path, code: "unreadable", detail: Self.reason(error)))
        }
    }

    /// The path without links, as the system knows it.
    private mutating func resolve(_ path: String) -> String? {
        let absolute =
            path.hasPrefix("/") ? path : Self.join(fileManager.currentDirectoryPath, path)
        let resolved = URL(fileURLWithPath: absolute).resolvingSymlinksInPath().standardizedFileURL.path
        // `/dev/fd/63` resolves to a name like `pipe:[123]` that cannot be opened: the given one can.
        return fileManager.fileExists(atPath: resolved) ? resolved : absolute
    }

    private mutating func kind(of path: String, shownAs shown: String) -> Kind? {
        do {
            let attributes = try fileManager.attributesOfItem(atPath: path)
            let type = attributes[.type] as? FileAttributeType ?? .typeUnknown
            let seconds = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970
            return Kind(
                type: type, size: (attributes[.size] as? NSNumber)?.int64Value ?? 0,
                modified: seconds.flatMap { Int64(exactly: ($0 * 1e9).rounded()) }.map(Timestamp.init(nanoseconds:)))
        } catch {
            defects.append(EvidenceDefect(path: shown, code: "unreadable", detail: Self.reason(error)))
            return nil
        }
    }

    private func isPipe(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return fileManager.fileExists(atPath: path, isDirectory: &isDirectory) && !isDirectory.boolValue
    }

    private static func join(_ directory: String, _ name: String) -> String {
        directory.hasSuffix("/") ? directory + name : directory + "/" + name
    }

    private static func reason(_ error: any Error) -> String {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        return (underlying ?? error as NSError).localizedDescription
    }
}
