public import Engine

/// Alerts as cards for people. Colours and width come from the style; without colours the text is plain and stable.
public struct TerminalSink<Output: ByteOutput>: AlertSink {
    private var output: OutputBuffer<Output>
    private let style: TerminalStyle

    /// A sink that writes to `output`.
    public init(_ output: Output, style: TerminalStyle) {
        self.output = OutputBuffer(output)
        self.style = style
    }

    /// Appends the alert as a card, with an empty line after it.
    public mutating func write(_ alert: Alert) throws {
        try output.append(AlertCard(alert, style: style).text + "\n")
    }

    /// Flushes what is buffered and completes the output.
    public mutating func finish() throws { try output.finish() }
}
