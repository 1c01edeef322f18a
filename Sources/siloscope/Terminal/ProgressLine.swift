import Engine
import Foundation
import Sinks
import Synchronization

/// The line at the bottom of the screen while a hunt runs. Drawn at most five times a second, and gone without a trace.
final class ProgressLine: Sendable {
    private struct State {
        var isEnded = false
        var isDrawn = false
        var lastDrawn = 0.0
    }

    private let state = Mutex(State())
    private let style: TerminalStyle?

    /// - Parameter style: `nil` draws nothing.
    init(style: TerminalStyle?) { self.style = style }

    /// Draws how far the hunt has come.
    func update(_ progress: HuntProgress) {
        guard let style else { return }
        state.withLock { state in
            guard !state.isEnded, progress.elapsedSeconds - state.lastDrawn >= 0.18 || !state.isDrawn else { return }
            state.lastDrawn = progress.elapsedSeconds
            state.isDrawn = true
            // Return to the line's start, draw, clear what is left of an older, longer line (ECMA-48 EL).
            StandardError.write("\r" + ProgressText.line(progress, style: style).rendered(style) + "\u{1B}[K")
        }
    }

    /// Clears the line; nothing is drawn afterwards.
    func end() {
        state.withLock { state in
            if state.isDrawn { StandardError.write("\r\u{1B}[K") }
            state.isDrawn = false
            state.isEnded = true
        }
    }
}
