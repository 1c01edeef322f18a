import Foundation

/// The path of a file inside what it was found in, so that two copies of one tree can be compared:
///
///     new/usr/bin/su                          usr/bin/su       below the folder that was given
///     image.tar!blobs/sha256/4f…!usr/bin/su   usr/bin/su       in the innermost archive
///     windowsfilter/4f…/Files/Windows/a.dll   windows/a.dll    below a layer's own folder
///     C:\Windows\a.dll (docker diff)          windows/a.dll
///
/// Lower case: Windows does not tell cases apart. Of two Linux files that differ only in case both are candidates, and the
/// nearer one counts.
enum LayerPath {
    /// Folders in which engines keep a layer's content: Windows' filter, overlay2, containerd's snapshots.
    private static let contents: Set<String> = ["files", "diff", "merged", "fs", "rootfs"]

    /// The key of a path of the evidence, given the paths that were typed.
    static func key(of path: String, roots: [String]) -> String {
        if let member = path.lastIndex(of: "!"), roots.allSatisfy({ $0 != path }) {
            return normalised(String(path[path.index(after: member)...]))
        }
        var best = ""
        for root in roots {
            let prefix = root.hasSuffix("/") ? root : root + "/"
            if path.hasPrefix(prefix), prefix.utf8.count > best.utf8.count { best = prefix }
        }
        guard !best.isEmpty else { return normalised(lastComponent(of: path)) }
        return normalised(String(path.dropFirst(best.count)))
    }

    /// A path as `docker diff` prints it, or below a root.
    static func normalised(_ path: String) -> String {
        var parts = path.lowercased().split { $0 == "/" || $0 == "\\" }.map(String.init)
        parts.removeAll { $0 == "." }
        if let drive = parts.first, drive.utf8.count == 2, drive.hasSuffix(":") { parts.removeFirst() }
        if let index = parts.indices.first(where: { isContent(parts, $0) }) { parts.removeFirst(index + 1) }
        return parts.joined(separator: "/")
    }

    /// Whether a component is a layer's content: at the top, or below a layer's id.
    private static func isContent(_ parts: [String], _ index: Int) -> Bool {
        guard contents.contains(parts[index]), index + 1 < parts.count else { return false }
        guard index > 0 else { return parts[index] == "files" }
        let parent = parts[index - 1].utf8
        let isID = parent.count >= 12 && parent.allSatisfy { isHexDigit($0) || $0 == UInt8(ascii: "-") }
        let isNumber = !parent.isEmpty && parent.allSatisfy { (0x30...0x39).contains($0) }
        return isID || (isNumber && parts[index] == "fs")
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }

    /// The last component, in lower case: how dumps and folders of their modules are matched.
    static func name(of path: String) -> String { lastComponent(of: path).lowercased() }

    private static func lastComponent(of path: String) -> String {
        String(path.split { $0 == "/" || $0 == "\\" || $0 == "!" }.last ?? "")
    }
}
