public import Engine

/// How far a hunt has come, on one line.
///
///     ━━━━━━━━━━━╸────────────  47 %  97 MB/s  388k events/s  1,204 hits  0:07 left  Security.evtx 62 %
public enum ProgressText {
    /// The line, in at most the style's width minus one (a full line would wrap on some terminals).
    public static func line(_ progress: HuntProgress, style: TerminalStyle) -> StyledLine {
        let share = share(progress.bytesDone, of: progress.bytesTotal)
        var line = bar(share, width: min(30, style.width / 4))
        line.append(DisplayWidth.padStart("\(Int(share * 100)) %", to: 6), .strong)
        for figure in figures(of: progress) where line.width + 2 + DisplayWidth.of(figure) < style.width {
            line.append("  " + figure)
        }
        let room = style.width - 1 - line.width - 2
        if room >= 16 { line.append("  " + DisplayWidth.fit(current(progress), into: room), .dim) }
        return line
    }

    private static func bar(_ share: Double, width: Int) -> StyledLine {
        let halves = Int(share * Double(width * 2))
        var line = StyledLine(String(repeating: "━", count: halves / 2), .good)
        if halves % 2 == 1 { line.append("╸", .good) }
        line.append(String(repeating: "─", count: width - (halves + 1) / 2), .dim)
        return line
    }

    private static func figures(of progress: HuntProgress) -> [String] {
        let seconds = progress.elapsedSeconds
        var figures: [String] = []
        if seconds > 0.5 {
            let speed = Double(progress.bytesDone) / seconds
            figures.append(Quantity.bytes(Int64(speed)) + "/s")
            if speed > 0, progress.bytesDone < progress.bytesTotal {
                figures.append(Quantity.clock(Double(progress.bytesTotal - progress.bytesDone) / speed) + " left")
            }
            figures.append(Quantity.compact(Double(progress.events) / seconds) + " events/s")
        }
        figures.append(Quantity.count(progress.hits, "hit"))
        if progress.filesTotal > 1 {
            figures.append(
                "file \(progress.filesDone + 1 > progress.filesTotal ? progress.filesTotal : progress.filesDone + 1)/\(progress.filesTotal)"
            )
        }
        return figures
    }

    /// The file's name, and how far into it: one big file is a long wait too.
    private static func current(_ progress: HuntProgress) -> String {
        let name = progress.currentPath.split(separator: "/").last.map(String.init) ?? progress.currentPath
        let safe = TextSafety.visible(name)
        guard progress.currentSize > 0, progress.currentOffset > 0 else { return safe }
        return safe + " \(Int(share(progress.currentOffset, of: progress.currentSize) * 100)) %"
    }

    private static func share(_ part: Int64, of whole: Int64) -> Double {
        whole > 0 ? min(1, max(0, Double(part) / Double(whole))) : 0
    }
}
