/// The container whose shim a command line starts: `containerd-shim-runc-v2 -namespace moby -id <64 hex> …`. The only command
/// line that names a container by itself; which process belongs to which container is worked out elsewhere.
enum ShimArguments {
    private static let program = Array("containerd-shim".utf8)
    private static let option = Array("-id".utf8)

    /// Where the id stands in a joined command line whose arguments begin at `starts` and are separated by one byte.
    static func containerID(in line: [UInt8], starts: [Int]) -> Range<Int>? {
        guard starts.count >= 3, contains(program, line[..<(starts[1] - 1)]) else { return nil }
        for index in 1..<(starts.count - 1) {
            let end = starts[index + 1] - 1
            guard line[starts[index]..<end].elementsEqual(option) else { continue }
            let last = index + 2 < starts.count ? starts[index + 2] - 1 : line.count
            let value = starts[index + 1]..<last
            let isID = value.count == 64 && line[value].allSatisfy { TraceEscapes.hexadecimal($0) != nil }
            return isID ? value : nil
        }
        return nil
    }

    private static func contains(_ word: [UInt8], _ text: ArraySlice<UInt8>) -> Bool {
        guard text.count >= word.count else { return false }
        for start in text.startIndex...(text.endIndex - word.count) where text[start...].starts(with: word) {
            return true
        }
        return false
    }
}
