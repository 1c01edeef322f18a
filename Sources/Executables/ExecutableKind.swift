import Bytes

/// The kinds of file that this library looks into.
public enum ExecutableKind: String, Sendable, CaseIterable {
    /// Programs and libraries of Windows and UEFI.
    case pe
    /// Programs, libraries and objects of Linux and other Unix systems.
    case elf
    /// A Windows process, dumped.
    case minidump

    /// Bytes of a head that is surely not the whole file.
    private static let headLength = 64 << 10

    /// The kind of a file that begins with these bytes; nil for everything else, DOS and 16-bit programs too. O(1).
    public init?(head: RawSpan) {
        if ELFImage.recognises(head) {
            self = .elf
        } else if Minidump.recognises(head) {
            self = .minidump
        } else if Self.isPE(head) {
            self = .pe
        } else {
            return nil
        }
    }

    /// `MZ`, and `PE\0\0` where `e_lfanew` points; a pointer past a head that was cut is believed.
    private static func isPE(_ head: RawSpan) -> Bool {
        guard head.uint16(at: 0) == 0x5A4D, let offset = head.uint32(at: 0x3C) else { return false }
        guard let signature = head.uint32(at: Int(offset)) else {
            // Longer stubs than a megabyte are text that begins with MZ.
            return head.byteCount >= headLength && offset < 1 << 20
        }
        return signature == 0x4550
    }
}
