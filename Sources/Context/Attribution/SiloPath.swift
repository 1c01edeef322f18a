/// What a Windows path tells of the silo its file belongs to (`windows-containers` facts: the path tells the silo).
///
///     \Device\VhdHardDisk{g}\Windows\System32\x.exe        volume of a silo, kernel form
///     \\?\Volume{g}\Windows\System32\x.exe                 the same, as a volume name
///     …\windowsfilter\<64 hex>\Files\…                     a layer of Docker
///     …\io.containerd.snapshotter.v1.windows\snapshots\n\  a layer of containerd
///     …\Containers\BaseImages\<GUID>\…                     base image of Windows Sandbox and Application Guard
///     C:\hpc\…                                             root of a HostProcess container
enum SiloPath: Hashable, Sendable {
    /// A virtual disk that is no drive of the host: the GUID, lower case.
    case virtualDisk(String)
    /// A volume by name, holding a Windows of its own.
    case systemVolume(String)
    /// A volume by name, anything else on it: host volumes without a drive letter look the same.
    case otherVolume(String)
    /// A layer folder of Docker: its id, lower case.
    case dockerLayer(String)
    /// A snapshot folder of containerd: its number.
    case snapshot(String)
    /// A base image of Windows Sandbox: its GUID, lower case.
    case baseImage(String)
    /// Under `C:\hpc\`: the container id of the older form, else empty.
    case hostProcessRoot(String)
    /// An ordinary drive path of whoever sees it: `C:\…`.
    case drive

    /// What `path` is, or nil when it tells nothing. O(n) for candidates, O(1) for most others.
    init?(_ path: String) {
        let bytes = Array(path.utf8.prefix(SiloPath.readLimit))
        if bytes.first == UInt8(ascii: "\\") {
            guard let found = SiloPath.volume(bytes) ?? SiloPath.layer(bytes) else { return nil }
            self = found
            return
        }
        guard bytes.count > 2, bytes[1] == UInt8(ascii: ":"), bytes[2] == UInt8(ascii: "\\") else { return nil }
        if ASCII.hasPrefix(bytes.dropFirst(3), "hpc\\") {
            let next = bytes.dropFirst(7).prefix { $0 != UInt8(ascii: "\\") }
            self = .hostProcessRoot(ContainerID(String(decoding: next, as: UTF8.self))?.text ?? "")
            return
        }
        self = SiloPath.layer(bytes) ?? .drive
    }

    /// Longest part of a path that is read.
    static let readLimit = 1024

    /// The layer id at the end of a folder: `…\windowsfilter\<64 hex>`.
    static func layerID(ofFolder folder: String) -> String? {
        let parts = folder.utf8.split(separator: UInt8(ascii: "\\"))
        guard parts.count >= 2, ASCII.equal(String(parts[parts.count - 2]) ?? "", "windowsfilter"),
            let last = parts.last.flatMap({ String($0) }), let id = ContainerID(last), id.isFull
        else { return nil }
        return id.text
    }

    private static func volume(_ bytes: [UInt8]) -> SiloPath? {
        if ASCII.hasPrefix(bytes, "\\device\\vhdharddisk") {
            return guid(bytes, at: 19).map { .virtualDisk($0.text) }
        }
        guard ASCII.hasPrefix(bytes, "\\\\?\\volume") || ASCII.hasPrefix(bytes, "\\??\\volume"),
            let (text, end) = guid(bytes, at: 10)
        else { return nil }
        let isSystem = ASCII.hasPrefix(bytes[end...], "\\windows\\system32\\")
        return isSystem ? .systemVolume(text) : .otherVolume(text)
    }

    /// `{8-4-4-4-12}` at `start`, lower case without braces, and the offset after it.
    private static func guid(_ bytes: [UInt8], at start: Int) -> (text: String, end: Int)? {
        guard bytes.count >= start + 38, bytes[start] == UInt8(ascii: "{"), bytes[start + 37] == UInt8(ascii: "}"),
            let text = guid(bytes[(start + 1)..<(start + 37)])
        else { return nil }
        return (text, start + 38)
    }

    /// `8-4-4-4-12` and nothing else, lower case.
    private static func guid(_ digits: some Collection<UInt8>) -> String? {
        guard digits.count == 36 else { return nil }
        for (offset, byte) in digits.enumerated() {
            let isDash = offset == 8 || offset == 13 || offset == 18 || offset == 23
            guard isDash ? byte == UInt8(ascii: "-") : ASCII.isHexDigit(byte) else { return nil }
        }
        return String(decoding: digits.map(ASCII.lowered), as: UTF8.self)
    }

    /// A layer folder anywhere in the path, whole components only. The first one counts: what follows is inside it.
    private static func layer(_ bytes: [UInt8]) -> SiloPath? {
        guard bytes.count >= Screen.shortestLayer, Screen.layer(bytes.span.bytes, wide: false) else {
            return nil
        }
        let parts = bytes.split(separator: UInt8(ascii: "\\"), omittingEmptySubsequences: false)
        func component(_ index: Int, is name: StaticString) -> Bool {
            parts[index].count == name.utf8CodeUnitCount && ASCII.hasPrefix(parts[index], name)
        }
        for index in parts.indices.dropLast(2) {
            let next = String(decoding: parts[index + 1].map(ASCII.lowered), as: UTF8.self)
            if component(index, is: "windowsfilter"), component(index + 2, is: "files"),
                ContainerID(next)?.isFull == true
            {
                return .dockerLayer(next)
            }
            if component(index, is: "baseimages"), index > 0, component(index - 1, is: "containers"),
                guid(Array(parts[index + 1])) != nil
            {
                return .baseImage(next)
            }
            if component(index, is: "io.containerd.snapshotter.v1.windows"), next == "snapshots" {
                let number = parts[index + 2]
                guard !number.isEmpty, number.count < 20, number.allSatisfy({ $0 &- 0x30 < 10 }) else { continue }
                return .snapshot(String(decoding: number, as: UTF8.self))
            }
        }
        return nil
    }
}
