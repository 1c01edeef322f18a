import Foundation
public import Sigma
public import Strategies

/// Gathers the texts of rules: built-in strategies, and files and folders given by the user.
public enum RuleSources {
    /// Rule texts, in a stable order, with the strategies they came from.
    public struct Gathered: Sendable {
        /// Rule and filter files: those of the strategies first, then the given ones.
        public var texts: [RuleText]
        /// Strategies in use; empty when the built-in rules are turned off.
        public var strategies: [Strategy]
    }

    /// Largest rule file that is read; a rule of more than this is not a rule.
    static let fileLimit = 8 << 20

    /// The texts of the built-in strategies, or of those that replace them.
    ///
    /// - Throws: ``HuntError`` (`rulesUnreadable`) when a strategy is malformed.
    static func builtin(_ options: HuntOptions) throws(HuntError) -> Gathered {
        var gathered = Gathered(texts: [], strategies: [])
        if options.useBuiltin {
            gathered.strategies = try strategies(at: options.strategiesPath)
            for strategy in gathered.strategies {
                for file in strategy.rules + strategy.filters {
                    gathered.texts.append(RuleText(path: "Strategies/" + file.path, text: file.text))
                }
            }
        }
        return gathered
    }

    /// The files behind the paths that were given, in their order.
    static func files(of options: HuntOptions) throws(HuntError) -> [String] {
        var paths: [String] = []
        for path in options.rulePaths { paths += try files(at: path) }
        return paths
    }

    /// Everything: the built-in texts and those of the files given.
    public static func gather(_ options: HuntOptions) throws(HuntError) -> Gathered {
        var gathered = try builtin(options)
        for path in try files(of: options) { gathered.texts.append(try text(path)) }
        return gathered
    }

    /// The built-in strategies, or those of a folder in their place.
    public static func strategies(at folder: String?) throws(HuntError) -> [Strategy] {
        do {
            guard let folder else { return try StrategyLibrary.builtin() }
            return try StrategyLibrary.load(folder: folder)
        } catch {
            throw HuntError(.rulesUnreadable, path: error.path, reason: error.reason)
        }
    }

    /// Texts of one file, or of all `.yml` and `.yaml` files below a folder, by path.
    public static func read(_ path: String) throws(HuntError) -> [RuleText] {
        var texts: [RuleText] = []
        for file in try files(at: path) { texts.append(try text(file)) }
        return texts
    }

    private static func files(at path: String) throws(HuntError) -> [String] {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw HuntError(.rulesUnreadable, path: path, reason: "no such file or folder")
        }
        guard isDirectory.boolValue else { return [path] }
        var found: [String] = []
        try walk(path.hasSuffix("/") ? path : path + "/", depth: 0, into: &found)
        return found.sorted()
    }

    /// Folders deeper than this are not rules; it also ends loops of links.
    private static let depthLimit = 32

    private static func walk(_ folder: String, depth: Int, into found: inout [String]) throws(HuntError) {
        guard depth < depthLimit, let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw HuntError(.rulesUnreadable, path: folder, reason: "the folder cannot be read")
        }
        for name in names {
            if name.hasSuffix(".yml") || name.hasSuffix(".yaml") {
                found.append(folder + name)
            } else if isFolder(folder + name) {
                try walk(folder + name + "/", depth: depth + 1, into: &found)
            }
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }

    static func text(_ path: String) throws(HuntError) -> RuleText {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw HuntError(.rulesUnreadable, path: path, reason: "cannot be read")
        }
        guard data.count <= fileLimit else {
            throw HuntError(.rulesUnreadable, path: path, reason: "larger than \(fileLimit >> 20) MiB")
        }
        return RuleText(path: path, text: String(decoding: data, as: UTF8.self))
    }
}
