import Foundation

/// Where strategies come from: compiled into the binary, or a folder that replaces them.
public enum StrategyLibrary {
    /// The strategies this binary was built with.
    public static func builtin() throws(StrategyError) -> [Strategy] {
        try Strategy.assemble(EmbeddedContent.files.map { ContentFile(path: $0.path, text: $0.text) })
    }

    /// The strategies below `folder`, one per sub-folder.
    public static func load(folder: String) throws(StrategyError) -> [Strategy] {
        guard let walker = FileManager.default.enumerator(atPath: folder) else {
            throw StrategyError(code: .unreadable, path: folder, reason: "not a readable folder")
        }
        var files: [ContentFile] = []
        for case let path as String in walker where path.hasSuffix(".yml") || path.hasSuffix(".md") {
            guard let data = FileManager.default.contents(atPath: folder + "/" + path) else {
                throw StrategyError(code: .unreadable, path: folder + "/" + path, reason: "cannot be read")
            }
            let text = String(decoding: data, as: UTF8.self).replacingOccurrences(of: "\r\n", with: "\n")
            files.append(ContentFile(path: path, text: text))
        }
        return try Strategy.assemble(files.sorted { $0.path < $1.path })
    }
}
