import ArgumentParser
import Engine
import Executables
import Formats
import Foundation
import Sinks

/// `siloscope inspect`: what executables and process dumps say of thread-local storage, and what changed.
struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Look into executables and process dumps: thread-local storage, what is odd, what changed.",
        usage: "siloscope inspect [<options>] <file> ...",
        discussion: """
            Reads PE and ELF files and Windows minidumps, in folders and archives too; nothing is run. Files given by \
            name get a sheet each, those found in folders only when something was found (or with --verbose).

            A change against a reference is stronger than presence: give the image layer's folder, an export of the \
            image, or the vendor's file as --reference. Files are paired by their path inside it. Output of \
            `docker diff` among the files tells what is in the container's writable layer.

            EXAMPLES
              siloscope inspect suspicious.exe
              # A container's file system against its image's:
              siloscope inspect container.tar --reference image.tar
              # What the container itself changed:
              docker diff web > diff.txt; siloscope inspect container.tar diff.txt
              # A dump, with the files its modules were loaded from:
              siloscope inspect process.dmp --reference C/Windows/System32
              # A gate that exits with 1 on findings:
              siloscope inspect layer/ --reference image/ --min-severity medium --fail-on-findings
            """)

    @Argument(
        help: ArgumentHelp("Files and folders. Folders are read whole.", valueName: "file"), completion: .file())
    var files: [String]

    @Option(
        name: .long,
        help: ArgumentHelp("A file, folder or archive to compare with. Repeatable.", valueName: "path"),
        completion: .file())
    var reference: [String] = []

    @Option(
        name: [.customShort("m"), .long],
        help: ArgumentHelp("The lowest severity that is shown and counts.", valueName: "severity"))
    var minSeverity = SeverityArgument(.low)

    @Flag(name: .long, help: "NDJSON, an object a file, instead of sheets.")
    var json = false

    @Flag(name: .long, help: "Exit with 1 if there are findings.")
    var failOnFindings = false

    @Flag(name: .long, help: "Exit with 1 if anything could not be read as it should.")
    var strict = false

    @Flag(name: [.customShort("v"), .long], help: "A sheet of every file, and full lists.")
    var verbose = false

    @Option(
        name: .long,
        help: ArgumentHelp("A password for encrypted archives. Repeatable; tried in order.", valueName: "text"))
    var password: [String] = []

    @Option(name: .long, help: ArgumentHelp("Worker threads; 0 means as many as the machine has.", valueName: "n"))
    var threads = 0

    func validate() throws {
        guard (0...1024).contains(threads) else { throw ValidationError("--threads takes 0 to 1024.") }
        guard !(files + reference).contains("-") else {
            throw ValidationError("Standard input is not read: give a file.")
        }
    }

    func run() async throws {
        for path in files + reference where !FileManager.default.fileExists(atPath: path) {
            throw HuntError(.evidenceUnreadable, path: path, reason: "no such file or folder")
        }
        let (summary, signal) = try await Interruption.cancelling {
            StandardError.write("stopping\n")
        } _: {
            try await inspect()
        }
        if json {
            try output(InspectionJSON.end(summary))
        } else {
            StandardError.write(
                InspectionSummaryText(
                    summary, minimum: minSeverity.severity, style: StandardError.style(isVerbose: verbose)
                ).text)
        }
        if summary.interrupted { throw Finished(status: signal ?? .interrupted) }
        if summary.files == 0, !summary.refused.isEmpty, summary.others == summary.refused.count {
            throw Finished(status: .usage)
        }
        if failOnFindings, summary.files(atOrAbove: minSeverity.severity) > 0 { throw Finished(status: .findings) }
        if strict, !summary.unread.isEmpty { throw Finished(status: .findings) }
    }

    /// Looks at all files and writes what is to be shown of each.
    private func inspect() async throws -> InspectionSummary {
        var options = EvidenceOptions()
        options.passwords = password
        let inspection = Inspection(
            evidence: Evidence(paths: files, options: options), roots: files,
            reference: reference.isEmpty ? nil : Evidence(paths: reference, options: options),
            referenceRoots: reference, threads: threads)
        let given = Set(files)
        let minimum = minSeverity.severity
        let style = StandardOutputText.style(isVerbose: verbose)
        return try await inspection.run { file in
            if json { return try output(InspectionJSON.line(of: file, minimum: minimum)) }
            let isShown = verbose || given.contains(file.path) || file.findings.contains { $0.severity >= minimum }
            if isShown { try output(Array(InspectionSheet(file, minimum: minimum, style: style).text.utf8)) }
        }
    }

    private func output(_ bytes: [UInt8]) throws {
        var output = StandardOutput()
        try output.write(bytes)
    }
}
