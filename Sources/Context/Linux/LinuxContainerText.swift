/// Container ids in command lines, folders and control groups of Linux.
enum LinuxContainerText {
    /// Longest text that is read.
    static let readLimit = 8192
    /// Most words of a command line that are read.
    static let wordLimit = 512

    /// A command line's words. No quotes: ids and verbs have none.
    static func words(_ commandLine: String) -> [Substring] {
        guard commandLine.utf8.count <= readLimit else {
            let head = String(decoding: commandLine.utf8.prefix(readLimit), as: UTF8.self)
            return head.split(separator: " ", maxSplits: wordLimit).map { Substring(String($0)) }
        }
        return commandLine.split(separator: " ", maxSplits: wordLimit)
    }

    /// The container a helper's command line serves: after `-id`, `--id`, `-c`, `--cid`, else the last 64 digits.
    static func served(_ words: [Substring]) -> ContainerID? {
        for (index, word) in words.enumerated() where index + 1 < words.count {
            guard ["-id", "--id", "-c", "--cid"].contains(word) else { continue }
            if let id = full(words[index + 1]) { return id }
        }
        for word in words.reversed() { if let id = last(word) { return id } }
        return nil
    }

    /// The container of a bundle folder: `…/io.containerd.runtime.v2.task/<namespace>/<64 hex>`.
    static func bundle(_ folder: some StringProtocol) -> ContainerID? {
        guard folder.utf8.count >= 80, folder.utf8.count <= 4096 else { return nil }
        let parts = folder.split(separator: "/")
        guard let index = parts.firstIndex(where: { $0.hasPrefix("io.containerd.runtime.v") && $0.hasSuffix(".task") }),
            index + 2 < parts.count
        else { return nil }
        return full(parts[index + 2])
    }

    /// The container of a control group's path; the innermost one:
    /// `docker/<id>`, `docker-<id>.scope`, `cri-containerd-<id>.scope`, `crio-<id>`, `libpod-<id>`, `kubepods…/<id>`.
    static func group(_ path: String) -> ContainerID? {
        guard path.utf8.count >= ContainerID.fullLength, path.utf8.count <= 4096 else { return nil }
        let parts = path.split(separator: "/")
        for (index, part) in parts.enumerated().reversed() {
            if let id = full(part) {
                let above = parts[..<index]
                let isKnown = above.contains { name in
                    name == "docker" || name == "libpod_parent" || name.hasPrefix("kubepods") || name == "k8s.io"
                        || name == "containerd" || name.hasPrefix("machine")
                }
                return isKnown ? id : nil
            }
            let name = part.hasSuffix(".scope") ? part.dropLast(".scope".count) : part
            for prefix in ["docker-", "cri-containerd-", "crio-", "libpod-"] where name.hasPrefix(prefix) {
                if let id = full(name.dropFirst(prefix.count)) { return id }
            }
        }
        return nil
    }

    private static func full(_ text: some StringProtocol) -> ContainerID? {
        text.utf8.count == ContainerID.fullLength ? ContainerID(text) : nil
    }

    /// The last run of exactly 64 hex digits in `text`.
    private static func last(_ text: Substring) -> ContainerID? {
        guard text.utf8.count >= ContainerID.fullLength else { return nil }
        var end = text.utf8.endIndex
        var index = end
        var count = 0
        while index != text.utf8.startIndex {
            index = text.utf8.index(before: index)
            if ASCII.isHexDigit(text.utf8[index]) {
                if count == 0 { end = text.utf8.index(after: index) }
                count += 1
                continue
            }
            if count == ContainerID.fullLength { return ContainerID(text[text.utf8.index(after: index)..<end]) }
            count = 0
        }
        return count == ContainerID.fullLength ? ContainerID(text[index..<end]) : nil
    }
}
