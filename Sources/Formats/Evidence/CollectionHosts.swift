/// Which host each part of a collection was taken from, told from all its paths together.
struct CollectionHosts {
    /// Hosts by the key of the collection's root.
    private var hosts: [String: String] = [:]
    /// What was found for a folder before, by its key.
    private var known: [String: String?] = [:]

    /// O(files).
    init(_ files: [FoundFile], notes: [CollectorNote]) {
        var guesses: [String: Guess] = [:]
        var kapeFolders: Set<String> = []
        for file in files {
            let path = CollectionPath(trail: file.trail)
            if let name = path.components.last, Self.isKapeLog(name) {
                kapeFolders.insert(path.key(path.components.count - 1))
            }
            for spot in CollectorLayout.spots(of: path) {
                guard let host = spot.host else { continue }
                let key = path.key(spot.root)
                guard spot.isGuess else {
                    hosts[key] = host
                    continue
                }
                guesses[key] = Guess(
                    host: host, parent: path.key(spot.root - 1), isArchive: path.archives.contains(spot.root - 1))
            }
        }
        let folders = Dictionary(grouping: guesses.values, by: \.parent).mapValues(\.count)
        for (key, guess) in guesses
        where guess.isArchive || kapeFolders.contains(key) || folders[guess.parent, default: 0] > 1
            || Self.isMadeBySetup(guess.host)
        {
            hosts[key] = hosts[key] ?? guess.host
        }
        for note in notes {
            let path = CollectionPath(trail: note.trail)
            guard CollectorLayout.spots(of: path).allSatisfy({ $0.content == nil }), let host = note.host
            else { continue }
            hosts[path.key(path.components.count - 1)] = host
        }
    }

    private struct Guess {
        let host: String
        let parent: String
        let isArchive: Bool
    }

    /// The host of a file: that of the innermost collection around it.
    mutating func host(of path: CollectionPath) -> String? {
        guard !hosts.isEmpty, !path.components.isEmpty else { return nil }
        let folder = path.key(path.components.count - 1)
        if let known = known[folder] { return known }
        var host: String?
        // Not from within collected content: that is the adversary's.
        let content = CollectorLayout.spots(of: path).compactMap(\.content).min() ?? path.components.count - 1
        for count in stride(from: min(content, path.components.count - 1), through: 1, by: -1) {
            host = hosts[path.key(count)]
            if host != nil { break }
        }
        known[folder] = .some(host)
        return host
    }

    /// `2024-05-01T10_11_12_1234567_ConsoleLog.txt`, `…_CopyLog.csv`, `…_SkipLog.csv`.
    private static func isKapeLog(_ name: String) -> Bool {
        guard name.contains("Log") else { return false }
        return name.wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9_]+_(?:Console|Copy|Skip)Log(?:\..*)?/) != nil
    }

    /// `DESKTOP-1A2B3C4`, `LAPTOP-…`, `WIN-…`: names that Windows setup makes up.
    private static func isMadeBySetup(_ name: String) -> Bool {
        name.wholeMatch(of: /(?:DESKTOP|LAPTOP|WIN)-[A-Z0-9]{7,11}/) != nil
    }
}
