import Bytes
import Context
import Executables

extension ModuleLayout {
    /// Where thread-local storage lies in a PE image of the evidence; nil when the bytes are none. Reads headers and TLS
    /// structures.
    ///
    /// An image without a directory has its place in the table of directories: a loader that finds one put there runs it.
    init?(_ bytes: RawSpan, path: String) {
        guard ExecutableKind(head: bytes) == .pe, let image = try? PEImage(bytes) else { return nil }
        let tls = PETLS(image, bytes)
        let slot = UInt64(image.directoriesOffset + PEDataDirectory.Kind.tls.rawValue * 8)
        let ranges = tls?.ranges(in: image) ?? [(kind: .entry, rvas: slot..<(slot + 8))]
        self.init(
            name: path, timestamp: image.timeDateStamp, checksum: image.checksum,
            imageSize: UInt64(image.sizeOfImage), preferredBase: image.imageBase, wordSize: image.wordSize,
            ranges: ranges.compactMap { range in
                Part(rawValue: range.kind.rawValue).map {
                    Range(part: $0, start: range.rvas.lowerBound, end: range.rvas.upperBound)
                }
            })
    }
}
