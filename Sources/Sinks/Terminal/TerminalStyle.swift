public import Sigma

/// How to write for a terminal: width, colours, how much.
public struct TerminalStyle: Sendable {
    /// Columns of the terminal; text is laid out for 60 to 160.
    public var width: Int
    /// Whether escape sequences for colours may be written.
    public var usesColour: Bool
    /// Whether to write values whole, all fields and all ids.
    public var isVerbose: Bool

    /// A style. Widths outside 60…160 are brought inside.
    public init(width: Int, usesColour: Bool, isVerbose: Bool = false) {
        self.width = min(max(width, 60), 160)
        self.usesColour = usesColour
        self.isVerbose = isVerbose
    }

    /// `text` in `ink`, or as it is when colours are off.
    public func paint(_ text: String, _ ink: Ink) -> String {
        usesColour && ink != .plain && !text.isEmpty ? "\u{1B}[\(ink.code)m\(text)\u{1B}[0m" : text
    }
}

/// What a piece of text is, from which its colour follows.
public enum Ink: Sendable, Equatable {
    /// The terminal's own colour.
    case plain
    /// Labels and everything that may be skipped.
    case dim
    /// What the eye should find.
    case strong
    /// Good news: nothing lost, done.
    case good
    /// Something to know before the result is trusted.
    case warning
    /// A failure.
    case failure
    /// In the colour of a level.
    case level(Level)
    /// A level's name as a badge.
    case badge(Level)
    /// The part of a value that satisfied a rule.
    case match(Level)

    /// The parameters of the SGR sequence (ECMA-48 8.3.117; 38;5 is xterm's palette).
    var code: String {
        switch self {
        case .plain: "0"
        case .dim: "2"
        case .strong: "1"
        case .good: "32"
        case .warning: "33"
        case .failure: "1;31"
        case .level(let level): Ink.colour(of: level)
        case .badge(let level): "1;7;" + Ink.colour(of: level)
        case .match(let level): "1;" + Ink.colour(of: level)
        }
    }

    private static func colour(of level: Level) -> String {
        switch level {
        case .critical: "31"
        case .high: "38;5;208"
        case .medium: "33"
        case .low: "36"
        case .informational: "2"
        }
    }
}

extension Level {
    /// As badges and tables show it: `CRITICAL`, …, `INFO`.
    public var caption: String {
        switch self {
        case .critical: "CRITICAL"
        case .high: "HIGH"
        case .medium: "MEDIUM"
        case .low: "LOW"
        case .informational: "INFO"
        }
    }
}
