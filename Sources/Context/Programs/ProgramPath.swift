/// A program as its path or name tells it, folded so that one program of an image is one key whoever saw it.
///
///     \Device\VhdHardDisk{g}\app\a.exe  ┐
///     \\?\Volume{g}\app\a.exe           ├─ path c:\app\a.exe    key c:\app\a.exe
///     C:\app\a.exe                      ┘
///     /bin/sh, /usr/bin/sh, sh                                  key sh
///     C:\Windows\System32\cmd.exe, cmd                          key cmd.exe
///
/// Programs of the standard folders are known by their name alone: an exec names them so, and `/bin` is `/usr/bin` on
/// most systems.
struct ProgramPath: Hashable, Sendable {
    /// The folded path, or the bare name where the record has no folder. Lower case on Windows. Adversary text.
    let path: String
    /// What it is counted under.
    let key: String
    /// Whether it is a program of Windows.
    let isWindows: Bool
    private let nameStart: Int

    /// The last component.
    var name: String { String(decoding: path.utf8.dropFirst(nameStart), as: UTF8.self) }
    /// Everything before the last component, with its separator; empty for a bare name.
    var folder: String { String(decoding: path.utf8.prefix(nameStart), as: UTF8.self) }
    /// Whether the folder is known.
    var hasFolder: Bool { nameStart > 0 }
    /// Whether it lies in a folder that systems keep programs in.
    var isInStandardFolder: Bool { SystemPrograms.standardFolders.contains(folder) }
    /// Whether it lies in a folder for temporary files, where images keep no programs.
    var isInTemporaryFolder: Bool { SystemPrograms.isTemporary(folder, windows: isWindows) }

    /// A program; nil for the empty text and `-`. O(length), cut at ``ProcessStart/imageLimit``.
    ///
    /// - Parameter windows: Whether a bare name is one of Windows.
    init?(_ text: String, windows: Bool = false) {
        guard !text.isEmpty, text != "-" else { return nil }
        let cut = NeutralText.cut(text, to: ProcessStart.imageLimit)
        isWindows = ProgramPath.looksWindows(cut) || (windows && cut.utf8.first != UInt8(ascii: "/"))
        path = isWindows ? ProgramPath.folded(cut) : cut
        let separator = UInt8(ascii: isWindows ? "\\" : "/")
        let bytes = Array(path.utf8)
        nameStart = bytes.lastIndex(of: separator).map { $0 + 1 } ?? 0
        guard nameStart < bytes.count else { return nil }
        let isKnownFolder =
            nameStart == 0
            || SystemPrograms.standardFolders.contains(String(decoding: bytes[..<nameStart], as: UTF8.self))
        key = isKnownFolder ? String(decoding: bytes[nameStart...], as: UTF8.self) : path
    }

    /// The program of a process: one binary for many commands (busybox) is the one that it was called as.
    init?(_ process: ContainerProcess) {
        self.init(process.image, commandLine: process.commandLine, windows: process.isWindows)
    }

    /// The program of a process creation.
    init?(_ image: String, commandLine: String?, windows: Bool) {
        guard let program = ProgramPath(image, windows: windows) else { return nil }
        self = program.applet(calledBy: commandLine) ?? program
    }

    /// What a binary for many commands is called as; nil for other programs.
    private func applet(calledBy commandLine: String?) -> ProgramPath? {
        guard !isWindows, isInStandardFolder, SystemPrograms.multiCall.contains(name), let commandLine,
            let word = commandLine.utf8.prefix(256).split(separator: 0x20).first,
            let called = ProgramPath(String(decoding: word, as: UTF8.self)),
            called.name != name, !called.hasFolder || called.isInStandardFolder
        else { return nil }
        return ProgramPath(folder + called.name)
    }

    private static func looksWindows(_ text: String) -> Bool {
        let bytes = text.utf8
        if bytes.first == UInt8(ascii: "/") { return false }
        return bytes.first == UInt8(ascii: "\\") || bytes.dropFirst().first == UInt8(ascii: ":")
            || ASCII.hasSuffix(bytes, ".exe")
    }

    /// Roots of volumes and layers as the drive that the container sees, lower case; a bare name gets its extension.
    private static func folded(_ text: String) -> String {
        let lowered = ASCII.lowered(text)
        let bytes = Array(lowered.utf8)
        func rest(from start: Int) -> String {
            "c:\\" + String(decoding: bytes[min(start, bytes.count)...], as: UTF8.self)
        }
        func afterComponent(from start: Int) -> Int {
            (bytes[start...].firstIndex(of: UInt8(ascii: "\\")) ?? bytes.count - 1) + 1
        }
        switch SiloPath(text) {
        case .virtualDisk: return rest(from: afterComponent(from: "\\device\\vhdharddisk{".utf8.count))
        case .systemVolume, .otherVolume: return rest(from: afterComponent(from: "\\\\?\\volume{".utf8.count))
        case .dockerLayer, .snapshot, .baseImage:
            // What follows the layer's `Files` is the container's drive.
            if let range = find("\\files\\", in: bytes) { return rest(from: range) }
        case .hostProcessRoot, .drive, nil: break
        }
        if ASCII.hasPrefix(bytes, "\\\\?\\c:\\") || ASCII.hasPrefix(bytes, "\\??\\c:\\") { return rest(from: 7) }
        if ASCII.hasPrefix(bytes, "\\systemroot\\") { return "c:\\windows\\" + String(lowered.dropFirst(12)) }
        let isBare = !bytes.contains(UInt8(ascii: "\\"))
        return isBare && !bytes.contains(UInt8(ascii: ".")) ? lowered + ".exe" : lowered
    }

    /// Offset after the first `\files\`; nil if there is none.
    private static func find(_ word: String, in bytes: [UInt8]) -> Int? {
        let pattern = Array(word.utf8)
        guard bytes.count >= pattern.count else { return nil }
        for start in 0...(bytes.count - pattern.count)
        where bytes[start..<(start + pattern.count)].elementsEqual(pattern) {
            return start + pattern.count
        }
        return nil
    }
}
