/// What the path of a container's log says: whose it is, and which other files belong to the same copy.
///
///     /var/lib/docker/containers/30c3…/30c3…-json.log.1     container 30c3…, rotated, folder /var/lib/docker/containers
///     logs/after--shop-web--30c35d81ad55-json.log           container 30c35d81ad55
struct ContainerLogPath: Hashable {
    /// The id, 12 to 64 digits.
    var container: ContainerID
    /// The path without the number of the rotated part: the parts of one copy share it.
    var copy: String
    /// 0 for the current file, 1 for the newest part that was rotated away, …
    var rotation: Int
    /// The folder that holds the logs of all containers of one collection.
    var folder: String
    /// What stands before the id in the file's name.
    var prefix: String

    private static let ending = "-json.log"

    /// Nil when the file is not named like the log of a container.
    init?(_ path: String) {
        let normal = path.contains("\\") ? String(path.map { $0 == "\\" ? "/" : $0 }) : path
        var parts = normal.split(separator: "/", omittingEmptySubsequences: false)
        guard let name = parts.popLast() else { return nil }
        guard let range = name.ranges(ofText: ContainerLogPath.ending).last else { return nil }
        var rest = name[range.upperBound...]
        if rest.hasSuffix(".gz") { rest = rest.dropLast(3) }
        if rest.isEmpty {
            rotation = 0
        } else if rest.hasPrefix("."), let number = Int(rest.dropFirst()), number > 0, number < 10_000 {
            rotation = number
        } else {
            return nil
        }
        let stem = name[..<range.lowerBound]
        let digits = stem.utf8.reversed().prefix { ASCII.isHexDigit($0) }.count
        let taken = min(digits, ContainerID.fullLength)
        guard let id = ContainerID(stem.suffix(taken)) else { return nil }
        container = id
        prefix = String(stem.dropLast(taken))
        copy = (parts + [name[..<range.upperBound]]).joined(separator: "/")
        // `containers/<id>/<id>-json.log`: the logs of one engine stand in folders of their own.
        if let last = parts.last, let own = ContainerID(last), own.isPrefix(of: id) || id.isPrefix(of: own) {
            parts.removeLast()
        }
        folder = parts.joined(separator: "/")
    }
}

extension Substring {
    /// Where `text`, which is ASCII, stands.
    fileprivate func ranges(ofText text: String) -> [Range<Substring.Index>] {
        var found: [Range<Substring.Index>] = []
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text), let end = index(start, offsetBy: text.count, limitedBy: endIndex) {
                found.append(start..<end)
            }
            start = index(after: start)
        }
        return found
    }
}
