import ArgumentParser
import Bytes
import Engine
import Foundation
import Strategies

/// `siloscope compose`: a readable scenario becomes the evidence a host would have left.
struct ComposeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compose",
        abstract: "Make evidence from a scenario: event logs, engine events, inspect documents.",
        discussion: """
            The evidence of Examples/ is made this way. The same scenario gives the same bytes.

            EXAMPLES
              siloscope compose Examples/incident/scenario.yml -o Examples/incident/evidence
            """)

    @Argument(help: "The scenario file.", completion: .file(extensions: ["yml"]))
    var scenario: String

    @Option(name: [.short, .long], help: "Folder to write into; made if it does not exist.", completion: .directory)
    var output: String

    func run() async throws {
        guard let data = FileManager.default.contents(atPath: scenario) else {
            throw ContentComplaint(message: "cannot read \(scenario)", hint: nil)
        }
        do {
            let story = try Scenario(ContentFile(path: scenario, text: String(decoding: data, as: UTF8.self)))
            guard let start = RFC3339.nanoseconds(Array(story.start.utf8).span.bytes) else {
                throw ContentComplaint(message: "\(scenario): `start` is not an RFC 3339 time", hint: nil)
            }
            let files = try EvidenceComposer(start: start).files(of: story.timeline, inventory: story.containers)
            try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
            for file in files {
                try Data(file.bytes).write(to: URL(filePath: output).appending(path: file.name))
            }
        } catch let error as SampleError {
            throw ContentComplaint(message: error.description, hint: nil)
        }
    }
}
