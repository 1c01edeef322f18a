import ArgumentParser
import Sinks

/// `siloscope convert`: Windows event logs as text.
struct ConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Convert Windows event logs (.evtx) to XML or JSON.",
        usage: "siloscope convert [<options>] <file> ...",
        discussion: """
            Records come in the order of the file. Damage costs the records it hits, never the rest; what was lost is said \
            on standard error.

            EXAMPLES
              # One JSON object a line:
              siloscope convert Security.evtx | jq .Event.System.EventID
              # XML as Windows shows it, with what can be carved out of slack space:
              siloscope convert Security.evtx --format xml --recover -o security.xml
            """)

    @Argument(help: ArgumentHelp("Event logs.", valueName: "file"), completion: .file(extensions: ["evtx"]))
    var files: [String]

    @Option(
        name: [.customShort("t"), .long],
        help: ArgumentHelp("ndjson: an object a line. json: one array. xml: one <Events> document."))
    var format: ConvertFormat = .ndjson

    @Option(
        name: [.short, .long], help: ArgumentHelp("Write to a file, whole or not at all.", valueName: "file"),
        completion: .file())
    var output: String?

    @Flag(name: [.customShort("C"), .long], help: "Replace the output file if it exists.")
    var clobber = false

    @Flag(name: .long, help: "Carve records out of slack space and damaged chunks too.")
    var recover = false

    @Flag(name: [.customShort("q"), .long], help: "Say nothing of what was lost.")
    var quiet = false

    func run() throws {
        if let output {
            let file = try OutputFile(path: output, replaceExisting: clobber)
            do {
                try convert(into: file)
            } catch {
                file.discard()
                throw error
            }
        } else {
            try convert(into: StandardOutput())
        }
    }

    private func convert(into output: some ByteOutput) throws {
        var conversion = EVTXConversion(format: format, recovers: recover, output: output)
        for file in files { try conversion.convert(file) }
        try conversion.finish()
        if !quiet { StandardError.write(conversion.losses.map { $0 + "\n" }.joined()) }
    }
}

/// What an event log becomes.
enum ConvertFormat: String, CaseIterable, ExpressibleByArgument {
    case ndjson, json, xml
}
