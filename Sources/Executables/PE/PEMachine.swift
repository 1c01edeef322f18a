/// The processor a PE image says it is for (`IMAGE_FILE_HEADER.Machine`). Any value may stand in a file.
public struct PEMachine: RawRepresentable, Sendable, Hashable {
    /// The number in the header.
    public var rawValue: UInt16

    /// A machine by its number.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Intel 386 and later, 32 bits; also the mark of .NET files for any processor.
    public static let x86 = PEMachine(rawValue: 0x014C)
    /// AMD64; also what ARM64EC files say.
    public static let x64 = PEMachine(rawValue: 0x8664)
    /// ARM with Thumb-2, 32 bits.
    public static let arm = PEMachine(rawValue: 0x01C4)
    /// ARM64; also what ARM64X files say.
    public static let arm64 = PEMachine(rawValue: 0xAA64)
    /// ARM64EC, in object files only.
    public static let arm64EC = PEMachine(rawValue: 0xA641)
    /// ARM64X, in object files only.
    public static let arm64X = PEMachine(rawValue: 0xA64E)
    /// Itanium.
    public static let itanium = PEMachine(rawValue: 0x0200)
    /// RISC-V, 32 and 64 bits (UEFI programs).
    public static let riscV32 = PEMachine(rawValue: 0x5032)
    /// RISC-V, 64 bits.
    public static let riscV64 = PEMachine(rawValue: 0x5064)
    /// LoongArch, 64 bits.
    public static let loongArch64 = PEMachine(rawValue: 0x6264)

    /// Bytes of an address on this machine; nil for machines this list does not know.
    public var wordSize: Int? {
        switch self {
        case .x86, .arm, .riscV32: 4
        case .x64, .arm64, .arm64EC, .arm64X, .itanium, .riscV64, .loongArch64: 8
        default: nil
        }
    }

    /// Alignment that the processor demands of instructions: 4 for ARM64, else 1.
    public var instructionAlignment: UInt64 { self == .arm64 ? 4 : 1 }

    /// Short name, e.g. `x64`; the number for unknown ones.
    public var name: String {
        switch self {
        case .x86: "x86"
        case .x64: "x64"
        case .arm: "arm"
        case .arm64: "arm64"
        case .arm64EC: "arm64ec"
        case .arm64X: "arm64x"
        case .itanium: "itanium"
        case .riscV32: "riscv32"
        case .riscV64: "riscv64"
        case .loongArch64: "loongarch64"
        default: PEText.hex(rawValue)
        }
    }
}
