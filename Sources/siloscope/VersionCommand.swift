import ArgumentParser

/// The program's version.
enum BuildVersion {
    static let number = "0.1.0"
}

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Print the version and what it was built for.")

    func run() throws {
        StandardOutputText.write("siloscope \(BuildVersion.number) (\(Self.platform))\n")
    }

    private static var platform: String {
        #if os(Linux)
            let system = "Linux"
        #elseif os(macOS)
            let system = "macOS"
        #elseif os(Windows)
            let system = "Windows"
        #else
            let system = "unknown system"
        #endif
        #if arch(x86_64)
            return system + " x86_64"
        #elseif arch(arm64)
            return system + " arm64"
        #else
            return system
        #endif
    }
}
