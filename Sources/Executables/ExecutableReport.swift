public import Bytes

/// Everything this library says of one file, of whatever kind it is.
///
///     let odd = ExecutableReport(storage)?.findings.filter { $0.severity >= .medium }
public enum ExecutableReport: Sendable {
    /// A PE image.
    case pe(PEReport)
    /// An ELF file.
    case elf(ELFReport)
    /// A dump of a Windows process.
    case minidump(MinidumpReport)
    /// A PE image that ends inside its headers.
    case broken(PEError)

    /// Reads a file; nil when it is none of the kinds. Touches what the reports of the kinds say: headers and tables.
    ///
    /// - Parameter file: For dumps: the bytes of the file that a module was loaded from, if the caller has it.
    public init?(_ storage: ByteStorage, file: (Minidump.Module) -> ByteStorage? = { _ in nil }) {
        switch ExecutableKind(head: storage.bytes) {
        case .elf:
            guard let report = ELFReport(storage.bytes) else { return nil }
            self = .elf(report)
        case .minidump:
            guard let report = MinidumpReport(storage, file: file) else { return nil }
            self = .minidump(report)
        case .pe:
            do {
                self = .pe(try PEReport(inspecting: storage.bytes))
            } catch {
                // Behind a head that was cut the signature may turn out not to be there.
                if error.code != .truncatedHeader, error.code != .unknownMagic { return nil }
                self = .broken(error)
            }
        case nil: return nil
        }
    }

    /// The kind of the file.
    public var kind: ExecutableKind {
        switch self {
        case .pe, .broken: .pe
        case .elf: .elf
        case .minidump: .minidump
        }
    }

    /// What was found, most severe first.
    public var findings: [Finding] {
        switch self {
        case .pe(let report): report.findings
        case .elf(let report): report.findings
        case .minidump(let report): report.findings
        case .broken(let error):
            [
                Finding(
                    code: error.code.rawValue, title: "Headers cannot be read", severity: .low, confidence: .certain,
                    why: error.detail, falsePositives: "truncated downloads; carved files",
                    place: Finding.Place(fileOffset: UInt64(max(0, error.offset)), region: "headers"))
            ]
        }
    }

    /// The processor it is for, as short as tools write it; empty when not known.
    public var machine: String {
        switch self {
        case .pe(let report): report.image.machine.name
        case .elf(let report): report.image?.machineName ?? ""
        case .minidump(let report): report.dump.system?.machineName ?? ""
        case .broken: ""
        }
    }

    /// What it is in a word: `program`, `library`, `object`, `core`, `dump`; empty when not known.
    public var role: String {
        switch self {
        case .pe(let report): report.image.isDLL ? "library" : "program"
        case .elf(let report): report.image?.role ?? ""
        case .minidump: "dump"
        case .broken: ""
        }
    }
}

extension ELFImage {
    /// The machine as binutils call it; the number for others.
    public var machineName: String {
        switch machine {
        case 3: "x86"
        case 8: "mips"
        case 20: "powerpc"
        case 21: "powerpc64"
        case 22: "s390x"
        case 40: "arm"
        case 62: "x64"
        case 183: "arm64"
        case 243: encoding.is64 ? "riscv64" : "riscv32"
        case 247: "bpf"
        case 258: "loongarch64"
        default: "machine \(machine)"
        }
    }

    /// What it is: a position-independent program is a shared object that names an interpreter.
    public var role: String {
        switch type {
        case 1: "object"
        case 2: "program"
        case 3: segments.contains { $0.type == ELFSegment.interpreter } ? "program" : "library"
        case 4: "core"
        default: "type \(type)"
        }
    }
}

extension Minidump.System {
    /// The processor, as ``PEMachine/name`` calls it.
    public var machineName: String {
        switch architecture {
        case 0: "x86"
        case 5: "arm"
        case 9: "x64"
        case 12: "arm64"
        default: "processor \(architecture)"
        }
    }
}
