import Yams

/// An Alerting & Detection Strategy: the document and the content it is bound to.
///
/// A strategy is a folder: `STRATEGY.md` (front matter and the nine sections), `rules/`, `filters/`, `cases/`, `sources.yml`.
public struct Strategy: Sendable {
    /// Folder name and front matter `id`.
    public var id: String
    /// Front matter `title`.
    public var title: String
    /// Front matter `priority`.
    public var priority: String
    /// The Markdown below the front matter.
    public var document: String
    /// Sigma rules and correlations, by path.
    public var rules: [ContentFile]
    /// Sigma filters, by path.
    public var filters: [ContentFile]
    /// Cases: one file per rule with samples that must fire and samples that must not.
    public var cases: [ContentFile]
    /// The data it stands on, from `sources.yml`; empty without one.
    public var needs: [DataNeed]

    /// The lines of a section, by its heading, without the heading; empty if there is none.
    public func section(_ heading: String) -> [Substring] {
        var lines: [Substring] = []
        var inside = false
        for line in document.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("## ") {
                if inside { break }
                inside = line.dropFirst(3).lowercased().hasPrefix(heading.lowercased())
            } else if inside {
                lines.append(line)
            }
        }
        return lines
    }

    /// The items of the section's top-level list, one sentence each: what "blind spots" are printed from.
    public func items(of heading: String) -> [String] {
        var items: [String] = []
        for line in section(heading) {
            if line.hasPrefix("- ") || line.hasPrefix("* ") {
                items.append(String(line.dropFirst(2)))
            } else if line.hasPrefix("  "), !items.isEmpty, !line.trimmingPrefix(while: { $0 == " " }).isEmpty {
                items[items.count - 1] += " " + line.trimmingPrefix(while: { $0 == " " })
            }
        }
        return items
    }
}

/// Why a strategy could not be used.
public struct StrategyError: Error, Sendable {
    /// What is wrong.
    public enum Code: String, Sendable {
        /// The folder has no `STRATEGY.md`.
        case documentMissing
        /// The front matter is not a YAML mapping, or lacks a key.
        case frontMatter
        /// `sources.yml` is not what it should be.
        case sources
        /// The folder cannot be read.
        case unreadable
    }

    /// Kind of failure.
    public var code: Code
    /// Folder or file that could not be used.
    public var path: String
    /// What went wrong, in a few words for people.
    public var reason: String
}

extension Strategy {
    /// Builds strategies from files whose paths begin with the strategy's folder. O(total size).
    static func assemble(_ files: [ContentFile]) throws(StrategyError) -> [Strategy] {
        var byFolder: [String: [ContentFile]] = [:]
        for file in files {
            guard let slash = file.path.firstIndex(of: "/") else { continue }
            byFolder[String(file.path[..<slash]), default: []].append(file)
        }
        var strategies: [Strategy] = []
        for (folder, files) in byFolder.sorted(by: { $0.key < $1.key }) {
            guard let document = files.first(where: { $0.path == folder + "/STRATEGY.md" }) else {
                throw StrategyError(code: .documentMissing, path: folder, reason: "no STRATEGY.md in the folder")
            }
            func content(_ name: String) -> [ContentFile] {
                files.filter { $0.path.hasPrefix("\(folder)/\(name)/") && $0.path.hasSuffix(".yml") }
                    .sorted { $0.path < $1.path }
            }
            let (front, body) = try split(document)
            let needs = try files.first { $0.path == folder + "/sources.yml" }.map(DataNeed.parse) ?? []
            strategies.append(
                Strategy(
                    id: front["id"] ?? folder, title: front["title"] ?? folder, priority: front["priority"] ?? "",
                    document: body, rules: content("rules"), filters: content("filters"), cases: content("cases"),
                    needs: needs))
        }
        return strategies
    }

    /// Front matter (its scalar members) and the Markdown below it.
    private static func split(_ file: ContentFile) throws(StrategyError) -> (front: [String: String], body: String) {
        let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.first == "---", let end = lines.dropFirst().firstIndex(of: "---") else {
            throw StrategyError(code: .frontMatter, path: file.path, reason: "no front matter between two lines of ---")
        }
        let yaml = lines[1..<end].joined(separator: "\n")
        guard let node = try? Yams.compose(yaml: yaml), let mapping = node.mapping else {
            throw StrategyError(code: .frontMatter, path: file.path, reason: "the front matter is not a YAML mapping")
        }
        var front: [String: String] = [:]
        for (key, value) in mapping {
            if let key = key.string, let text = value.scalar?.string { front[key] = text }
        }
        return (front, lines[(end + 1)...].joined(separator: "\n"))
    }
}
