/// Where a file lies in a collection, as components: folders, archives (without their extension) and names within them.
///
///     /cases/Collection-WIN7-2024-05-01T10_11_12Z.zip!uploads/auto/C%3A/Windows/x.evtx
///      cases │ Collection-WIN7-2024-05-01T10_11_12Z │ uploads │ auto │ C%3A │ Windows │ x.evtx
struct CollectionPath {
    /// The components; the last is the file's own name.
    let components: [String]
    /// Which of them are archives.
    let archives: Set<Int>

    /// From a file's real path and the names of members down to it.
    init(trail: [String]) {
        var components: [String] = []
        var archives: Set<Int> = []
        for (level, path) in trail.enumerated() {
            var parts = Self.split(path)
            if level + 1 < trail.count, let last = parts.popLast() {
                archives.insert(components.count + parts.count)
                parts.append(Self.stem(last))
            }
            components += parts
        }
        self.components = components
        self.archives = archives
    }

    /// A name in an archive may be written with backslashes only.
    private static func split(_ path: String) -> [String] {
        let separator: Character = path.utf8.contains(UInt8(ascii: "/")) ? "/" : "\\"
        return path.split(separator: separator).map(String.init)
    }

    private static func stem(_ name: String) -> String {
        for ending in [".tar.gz", ".tar.xz", ".tar.zst", ".tar.bz2", ".tgz", ".tar", ".zip", ".7z", ".cab", ".gz"]
        where name.utf8.count > ending.utf8.count && name.lowercased().hasSuffix(ending) {
            return String(name.dropLast(ending.count))
        }
        return name
    }

    /// A key for the first `count` components.
    func key(_ count: Int) -> String { components[..<count].joined(separator: "\u{0}") }

    /// Percent escapes undone; what is none stays. Controls are made visible.
    static func decoded(_ component: String) -> String {
        guard component.utf8.contains(UInt8(ascii: "%")) else { return component }
        let bytes = Array(component.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let high = Character(Unicode.Scalar(bytes[index + 1])).hexDigitValue,
                let low = Character(Unicode.Scalar(bytes[index + 2])).hexDigitValue
            {
                result.append(UInt8(high << 4 | low))
                index += 3
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return MemberName.visible(result)
    }
}
