import Foundation

/// Build tool: writes the text files below a folder as one Swift file. Arguments: FOLDER OUTPUT.
@main
struct EmbedContentTool {
    static let extensions: Set<String> = ["yml", "yaml", "md", "json", "ps1"]

    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3 else { throw CocoaError(.featureUnsupported) }
        let root = URL(filePath: arguments[1], directoryHint: .isDirectory).resolvingSymlinksInPath()
        var source = """
            // Made by the EmbedContent plugin from \(root.lastPathComponent)/. Do not edit.

            /// Content compiled into this module: path below its folder, and text.
            enum EmbeddedContent {
                static let files: [(path: String, text: String)] = [

            """
        for path in try relativePaths(below: root) {
            let text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
                .replacingOccurrences(of: "\r\n", with: "\n")
            // More number signs than any run in the text, so that nothing in it ends or escapes the literal.
            let signs = String(repeating: "#", count: longestRun(of: "#", in: text) + 1)
            source += "        (path: \(signs)\"\(path)\"\(signs), text: \(signs)\"\"\"\n\(text)\n\"\"\"\(signs)),\n"
        }
        source += "    ]\n}\n"
        try source.write(to: URL(filePath: arguments[2]), atomically: true, encoding: .utf8)
    }

    static func relativePaths(below root: URL) throws -> [String] {
        let prefix = root.path().hasSuffix("/") ? root.path() : root.path() + "/"
        let walker = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
        var paths: [String] = []
        while let url = walker?.nextObject() as? URL {
            let path = url.standardizedFileURL.path()
            if extensions.contains(url.pathExtension), path.hasPrefix(prefix) {
                paths.append(String(path.dropFirst(prefix.count)))
            }
        }
        return paths.sorted()
    }

    static func longestRun(of character: Character, in text: String) -> Int {
        var longest = 0
        var run = 0
        for next in text {
            run = next == character ? run + 1 : 0
            longest = max(longest, run)
        }
        return longest
    }
}
