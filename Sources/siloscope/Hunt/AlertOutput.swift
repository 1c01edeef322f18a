import Engine
import Sinks

/// The sink the user chose, and how many alerts went into it.
struct AlertOutput: AlertSink {
    private var sink: any AlertSink
    private var file: OutputFile?
    private let willBegin: () -> Void
    /// Alerts written so far.
    private(set) var count = 0

    /// Opens the output. Fails before the hunt begins if its place is taken.
    ///
    /// - Parameter willBegin: Called before the first alert is written: the screen is made free.
    init(_ request: HuntRequest, willBegin: @escaping () -> Void) throws {
        self.willBegin = willBegin
        if let path = request.outputPath {
            let file = try OutputFile(path: path, replaceExisting: request.replacesOutput)
            self.file = file
            sink = Self.sink(for: request, file)
        } else {
            sink = Self.sink(for: request, StandardOutput())
        }
    }

    mutating func write(_ alert: Alert) throws {
        if count == 0 { willBegin() }
        try sink.write(alert)
        count += 1
    }

    /// Nothing yet: the engine finishes its sink after a failure too, and a failed hunt must not leave a file that looks
    /// whole. See ``complete()`` and ``abandon()``.
    func finish() {}

    /// After a hunt that ended as it should: footers, flush, the file gets its place.
    mutating func complete() throws { try sink.finish() }

    /// After a hunt that failed: a file is removed; what is on its way to standard output is still let out.
    mutating func abandon() {
        if let file { file.discard() } else if count > 0 { try? sink.finish() }
    }

    private static func sink(for request: HuntRequest, _ output: some ByteOutput) -> any AlertSink {
        switch request.format {
        case .table: TerminalSink(output, style: request.cardStyle)
        case .ndjson: NDJSONSink(output)
        case .csv: CSVTimelineSink(output)
        case .timesketch: TimesketchSink(output)
        }
    }
}
