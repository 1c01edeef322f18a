/// Numbers over time as a line of bars, and a number as a bar.
public enum Sparkline {
    private static let blocks: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    /// One character per slice, `·` for none: `··▁▂·█▃`. More slices than `width` are added up.
    public static func text(_ counts: [Int], width: Int) -> String {
        let slices = merged(counts, into: width)
        guard let largest = slices.max(), largest > 0 else { return "" }
        return String(
            slices.map { count in
                count <= 0 ? "·" : blocks[min(blocks.count - 1, count * (blocks.count - 1) / largest)]
            })
    }

    /// A bar of at most `width` columns; anything above nothing shows at least a sliver.
    public static func bar(_ count: Int, of largest: Int, width: Int) -> String {
        guard count > 0, largest > 0 else { return "" }
        let eighths = max(1, Int((Double(count) / Double(largest) * Double(width * 8)).rounded()))
        let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
    }

    private static func merged(_ counts: [Int], into width: Int) -> [Int] {
        guard width > 0, counts.count > width else { return counts }
        var slices = [Int](repeating: 0, count: width)
        for (index, count) in counts.enumerated() { slices[index * width / counts.count] += count }
        return slices
    }
}
