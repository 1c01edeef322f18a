import ArgumentParser
import Engine
import Formats
import Sinks

/// `siloscope convert`: evidence as text.
struct ConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Convert any evidence to NDJSON, and Windows event logs (.evtx) to XML or JSON too.",
        usage: "siloscope convert [<options>] <file> ...",
        discussion: """
            Records come in the order of the files. Damage costs the records it hits, never the rest; what was lost is said \
            on standard error. What comes out with --format events can be hunted through like the original.

            EXAMPLES
              # One JSON object a line:
              siloscope convert Security.evtx | jq .Event.System.EventID
              # XML as Windows shows it, with what can be carved out of slack space:
              siloscope convert Security.evtx --format xml --recover -o security.xml
              # A folder or archive of anything, with the names that rules use:
              siloscope convert case.zip --format events | jq -r .fields.CommandLine
            """)

    @Argument(help: ArgumentHelp("Files, folders and archives.", valueName: "file"), completion: .file())
    var files: [String]

    @Option(
        name: [.customShort("t"), .long],
        help: ArgumentHelp(
            """
            ndjson: an object a line, event logs in the shape of evtx_dump, all else as events. events: an object a line with \
            log source and fields. json: one array. xml: one <Events> document (json and xml: event logs only).
            """))
    var format: ConvertFormat = .ndjson

    @Option(
        name: [.short, .long], help: ArgumentHelp("Write to a file, whole or not at all.", valueName: "file"),
        completion: .file())
    var output: String?

    @Flag(name: [.customShort("C"), .long], help: "Replace the output file if it exists.")
    var clobber = false

    @OptionGroup(title: "Reading") var reading: ReadingArguments

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
        let options = reading.options
        var conversion = EvidenceConversion(
            evidence: Evidence(paths: files, options: options.unwrapping), format: format, reading: options,
            output: output)
        try conversion.run()
        if !quiet { StandardError.write(conversion.losses.map { $0 + "\n" }.joined()) }
    }
}

/// What evidence becomes.
enum ConvertFormat: String, CaseIterable, ExpressibleByArgument {
    case ndjson, events, json, xml
}
