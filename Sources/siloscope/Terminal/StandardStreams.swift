import Foundation
import Sinks

/// Standard error: progress, summaries, complaints. A closed standard error is nobody's problem.
enum StandardError {
    /// Whether a person is watching.
    static var isTerminal: Bool { isatty(2) == 1 }

    static func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }

    /// Colours when a person watches and has not said no (`NO_COLOR`, `--no-color`, `TERM=dumb`).
    static func style(noColour: Bool = false, isVerbose: Bool = false) -> TerminalStyle {
        TerminalStyle(
            width: Screen.width(of: 2), usesColour: !noColour && isTerminal && Screen.allowsColour, isVerbose: isVerbose
        )
    }
}

/// Standard output for short texts; alerts go through a ``StandardOutput``.
enum StandardOutputText {
    static var isTerminal: Bool { isatty(1) == 1 }

    static func write(_ text: String) { try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) }

    static func style(noColour: Bool = false, isVerbose: Bool = false) -> TerminalStyle {
        TerminalStyle(
            width: Screen.width(of: 1), usesColour: !noColour && isTerminal && Screen.allowsColour, isVerbose: isVerbose
        )
    }
}

/// What is known of the terminal.
enum Screen {
    /// Off a terminal and where nothing is known.
    static let defaultWidth = 100

    /// `NO_COLOR` (https://no-color.org: present and not empty) and dumb terminals turn colours off.
    static var allowsColour: Bool {
        let environment = ProcessInfo.processInfo.environment
        return environment["NO_COLOR"]?.isEmpty ?? true && environment["TERM"] != "dumb"
    }

    /// Columns: `COLUMNS`, else what the terminal says, else ``defaultWidth``.
    static func width(of descriptor: Int32) -> Int {
        if let text = ProcessInfo.processInfo.environment["COLUMNS"], let columns = Int(text), columns > 0 {
            return columns
        }
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return defaultWidth }
        return Int(size.ws_col)
    }
}
