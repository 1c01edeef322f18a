import ArgumentParser
import Context
import Engine
import Events
import Formats
import Foundation
import Sinks

/// `siloscope containers`: which containers the evidence tells of, and one container's story.
struct ContainersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "containers",
        abstract: "Say which containers there were, what they did, and what else ran out of sight.",
        usage: "siloscope containers [<options>] <evidence> ...",
        discussion: """
            Everything that engines, runtimes and hosts tell is put together: containers with state, mounts, networks and \
            execs; then compute systems, virtual machines, silos, WSL distributions and sandboxes. No rule is used.

            EXAMPLES
              siloscope containers evidence/
              # One container's story, by a name it had at any time or by its id:
              siloscope containers evidence/ --container shop-web
              # What ran at a moment:
              siloscope containers evidence/ --at 2026-11-24T09:12Z
              # Who talked to whom, as a Mermaid diagram:
              siloscope containers evidence/ --graph
              # For machines, an object a line:
              siloscope containers evidence/ --json | jq 'select(.kind == "exec")'
            """)

    @Argument(
        help: ArgumentHelp("Files and folders. Folders are read whole.", valueName: "evidence"), completion: .file())
    var evidence: [String]

    @Option(
        name: .long,
        help: ArgumentHelp("Tell the story of this container: a name, or the beginning of an id.", valueName: "name|id")
    )
    var container: String?

    @Option(
        name: .long, help: ArgumentHelp("What existed and ran at this moment.", valueName: "time"),
        transform: MomentArgument.moment)
    var at: Timestamp?

    @Flag(name: .long, help: "NDJSON instead of the table.")
    var json = false

    @Flag(name: .long, help: "Images, networks and volumes too, and every exec on a line of its own.")
    var all = false

    @Flag(name: .long, help: "The talk between containers, hosts and others as a Mermaid diagram.")
    var graph = false

    @OptionGroup(title: "Reading") var reading: ReadingArguments

    @Option(name: .long, help: ArgumentHelp("Worker threads; 0 means as many as the machine has.", valueName: "n"))
    var threads = 0

    func run() async throws {
        for path in evidence where path != "-" {
            guard FileManager.default.fileExists(atPath: path) else {
                throw HuntError(.evidenceUnreadable, path: path, reason: "no such file or folder")
            }
        }
        let options = reading.options
        let survey = ContainerSurvey(
            evidence: Evidence(paths: evidence, options: options.unwrapping), reading: options, threads: threads)
        let (result, signal) = try await Interruption.cancelling {
            StandardError.write("stopping\n")
        } _: {
            await survey.run()
        }
        guard result.recognisedAny else {
            throw HuntError(.nothingRecognised, path: evidence.joined(separator: ", "), reason: "")
        }
        for unread in result.unread {
            StandardError.write("not read: \(TextSafety.visible(unread.path)): \(TextSafety.visible(unread.code))\n")
        }
        if graph {
            StandardOutputText.write(result.context.flowDiagram)
        } else {
            try show(ContainerReport(result, at: at, listsAll: all))
        }
        if result.interrupted { throw Finished(status: signal ?? .interrupted) }
    }

    private func show(_ report: ContainerReport) throws {
        let style = StandardOutputText.style(isVerbose: all)
        guard let container else {
            StandardOutputText.write(
                json
                    ? String(decoding: ContainerJSON.text(of: report), as: UTF8.self)
                    : ContainerTable(report, style: style).text)
            return
        }
        let found = report.containers(named: container)
        guard !found.isEmpty else {
            let names = report.names.prefix(12).joined(separator: ", ")
            throw ContentComplaint(
                message: "no container has the name or id '\(container)'",
                hint: names.isEmpty ? "The evidence tells of no container." : "There are: \(names)", status: .usage)
        }
        for (index, container) in found.enumerated() {
            if json {
                let lines = ContainerJSON.story(of: container, in: report)
                StandardOutputText.write(String(decoding: lines, as: UTF8.self))
            } else {
                let text = ContainerStoryText(container, in: report, style: style).text
                StandardOutputText.write((index > 0 ? "\n" : "") + text)
            }
        }
    }
}
