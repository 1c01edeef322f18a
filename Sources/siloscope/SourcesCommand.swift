import ArgumentParser
import Engine
import Formats
import Foundation
import Sinks
import Strategies

/// `siloscope sources`: what is in a folder of evidence, and what is missing.
struct SourcesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sources",
        abstract: "Say what is in the evidence, file by file, and what would still be needed.",
        usage: "siloscope sources [<options>] <evidence> ...",
        discussion: """
            Every file is read to its end: format and how surely it was recognised, records and lost records, hosts, time \
            span, channels and event ids. Then what the strategies need, with the commands that collect what is missing.

            EXAMPLES
              siloscope sources evidence/
              # For machines, an object a line:
              siloscope sources evidence/ --json | jq 'select(.kind == "need" and .met_by == [])'
            """)

    @Argument(
        help: ArgumentHelp("Files and folders. Folders are read whole.", valueName: "evidence"), completion: .file())
    var evidence: [String]

    @OptionGroup(title: "Reading") var reading: ReadingArguments

    @Option(
        name: .long, help: ArgumentHelp("A folder whose strategies replace the built-in ones.", valueName: "dir"),
        completion: .directory)
    var strategies: String?

    @Flag(name: .long, help: "NDJSON instead of the table.")
    var json = false

    @Flag(name: .long, help: "Exit with 1 if anything could not be read as it should.")
    var strict = false

    @Flag(name: [.customShort("v"), .long], help: "Full lists of hosts and events.")
    var verbose = false

    @Option(name: .long, help: ArgumentHelp("Worker threads; 0 means as many as the machine has.", valueName: "n"))
    var threads = 0

    func run() async throws {
        for path in evidence where path != "-" {
            guard FileManager.default.fileExists(atPath: path) else {
                throw HuntError(.evidenceUnreadable, path: path, reason: "no such file or folder")
            }
        }
        let library = try strategies.map { try StrategyLibrary.load(folder: $0) } ?? StrategyLibrary.builtin()
        let options = reading.options
        let survey = Survey(
            evidence: Evidence(paths: evidence, options: options.unwrapping), reading: options, threads: threads,
            strategies: library)
        let (result, signal) = try await Interruption.cancelling {
            StandardError.write("stopping\n")
        } _: {
            await survey.run()
        }
        if json {
            StandardOutputText.write(String(decoding: SurveyJSON.text(of: result), as: UTF8.self))
        } else {
            StandardOutputText.write(SurveyTable(result, style: StandardOutputText.style(isVerbose: verbose)).text)
        }
        if result.interrupted { throw Finished(status: signal ?? .interrupted) }
        let isDamaged = !result.unread.isEmpty || result.sources.contains { !$0.defects.isEmpty }
        if strict, isDamaged { throw Finished(status: .findings) }
    }
}
