import Foundation
import Yams

extension AssetWeights.Entry {
    /// Reads `DC*=critical` or `image:registry/shop/*=high`; nil for anything else. The weight stands behind the last `=`.
    public init?(_ text: String) {
        guard let equals = text.lastIndex(of: "="),
            let weight = AssetWeights.Weight(rawValue: text[text.index(after: equals)...].lowercased())
        else { return nil }
        var pattern = text[..<equals]
        var subject = AssetWeights.Subject.any
        if let colon = pattern.firstIndex(of: ":"),
            let named = AssetWeights.Subject(rawValue: pattern[..<colon].lowercased())
        {
            subject = named
            pattern = pattern[pattern.index(after: colon)...]
        }
        guard !pattern.isEmpty else { return nil }
        self.init(subject: subject, pattern: String(pattern), weight: weight)
    }
}

extension AssetWeights {
    /// Largest file and longest list that are read: it is written by people.
    static let fileLimit = 4 << 20
    static let entryLimit = 10_000

    /// Adds the entries of a YAML file: a list of maps with one of `host`, `container`, `image` and `any`, and `weight`. Other
    /// keys are for people.
    ///
    /// - Throws: ``HuntError`` (`assetsUnreadable`) with the line of what is wrong.
    public mutating func add(file path: String) throws(HuntError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw HuntError(.assetsUnreadable, path: path, reason: "cannot be read")
        }
        guard data.count <= AssetWeights.fileLimit else {
            throw HuntError(.assetsUnreadable, path: path, reason: "larger than \(AssetWeights.fileLimit >> 20) MiB")
        }
        for entry in try AssetWeights.entries(in: String(decoding: data, as: UTF8.self), path: path) { add(entry) }
    }

    static func entries(in yaml: String, path: String) throws(HuntError) -> [Entry] {
        let root: Node?
        do { root = try Yams.compose(yaml: yaml) } catch {
            throw HuntError(.assetsUnreadable, path: path, reason: "not YAML: \(error)")
        }
        guard let root else { return [] }
        guard let list = root.sequence, list.count <= entryLimit else {
            throw HuntError(.assetsUnreadable, path: path, reason: "not a list of at most \(entryLimit) assets")
        }
        var entries: [Entry] = []
        for node in list {
            let line = node.mark.map { "line \($0.line): " } ?? ""
            let named = Subject.allCases.filter { node[$0.rawValue] != nil }
            guard named.count == 1, let pattern = node[named[0].rawValue]?.string, !pattern.isEmpty else {
                let reason = line + "an asset has one of host, container, image and any, with a pattern"
                throw HuntError(.assetsUnreadable, path: path, reason: reason)
            }
            guard let weight = node["weight"]?.string.flatMap({ Weight(rawValue: $0.lowercased()) }) else {
                let reason = line + "weight must be low, normal, high or critical"
                throw HuntError(.assetsUnreadable, path: path, reason: reason)
            }
            entries.append(Entry(subject: named[0], pattern: pattern, weight: weight))
        }
        return entries
    }
}
