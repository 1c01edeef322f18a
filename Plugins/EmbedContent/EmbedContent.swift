import Foundation
import PackagePlugin

/// Compiles a folder of content (rules, taxonomies, strategies) into the target that uses it, as Swift string literals.
///
/// Content stays data: editing a file below the folder rebuilds the target, and no Swift is touched.
@main
struct EmbedContent: BuildToolPlugin {
    /// Which folder of the package goes into which target.
    static let folders = ["Sigma": "Taxonomy", "Strategies": "Strategies", "Formats": "FieldMaps"]

    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        guard let folder = Self.folders[target.name] else { return [] }
        let root = context.package.directoryURL.appending(path: folder).resolvingSymlinksInPath()
        let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedContent.swift")
        return [
            .buildCommand(
                displayName: "Embedding \(folder)",
                executable: try context.tool(named: "embed-content").url,
                arguments: [root.path(), output.path()],
                inputFiles: files(below: root),
                outputFiles: [output])
        ]
    }

    private func files(below root: URL) -> [URL] {
        let walker = FileManager.default.enumerator(at: root, includingPropertiesForKeys: [.isRegularFileKey])
        var found: [URL] = []
        while let url = walker?.nextObject() as? URL {
            if (try? url.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true { found.append(url) }
        }
        return found.sorted { $0.path() < $1.path() }
    }
}
