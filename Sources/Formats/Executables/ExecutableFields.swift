import Bytes
import Executables

/// Reports of executables as fields of events (docs/fields.md).
enum ExecutableFields {
    typealias Field = (name: String, value: String)
    /// Callbacks that are told, with their sections.
    private static let callbackLimit = 16

    /// What a finding says. `Detail` is a sentence with names from the file: neutralised.
    static func fields(of finding: Finding) -> [Field] {
        [
            ("Finding", finding.code), ("Finding.Title", finding.title), ("Severity", "\(finding.severity)"),
            ("Confidence", "\(finding.confidence)"), ("Detail", MemberName.visible(finding.why.utf8)),
            ("Finding.Offset", finding.place.fileOffset.map(String.init) ?? ""),
            ("Finding.Address", finding.place.address.map(hex) ?? ""), ("Finding.Region", finding.place.region),
        ]
    }

    /// What all events of a file say of it.
    static func shared(_ report: ExecutableReport, path: String, size: Int) -> [Field] {
        var fields: [Field] = [
            ("File", path), ("File.Name", name(of: path)), ("File.Kind", report.kind.rawValue),
            ("File.Role", report.role), ("File.Machine", report.machine), ("File.Size", String(size)),
        ]
        switch report {
        case .pe(let report): fields += Self.fields(of: report)
        case .elf(let report):
            guard let block = report.tls else { break }
            fields += [
                ("Tls.Template", String(block.templateSize)), ("Tls.ZeroFill", String(block.zeroSize)),
                ("Tls.Directory", hex(block.segment.address)),
            ]
        case .minidump(let report):
            fields += report.containerIDs.map { ("Dump.ContainerId", $0) }
            fields += [
                ("Dump.Modules", String(report.dump.modules.count)),
                ("Dump.Threads", String(report.dump.threads.count)),
                ("Dump.Program", report.dump.modules.first?.path ?? ""),
            ]
        case .broken: break
        }
        return fields
    }

    private static func fields(of report: PEReport) -> [Field] {
        var fields: [Field] = [("File.Toolchain", report.baseline.toolchain.rawValue)]
        guard let tls = report.tls else { return fields }
        fields += [
            ("Tls.Directory", hex(tls.entry.rva)), ("Tls.DirectorySection", report.image.name(of: tls.region)),
            ("Tls.CallbackCount", String(tls.callbacks.count)),
        ]
        if let directory = tls.directory {
            fields.append(("Tls.Template", String(directory.end &- directory.start)))
            fields.append(("Tls.Index", hex(directory.index)))
        }
        if let array = tls.array { fields.append(("Tls.ArraySection", report.image.name(of: array.region))) }
        for callback in tls.callbacks.prefix(callbackLimit) {
            fields.append(("Tls.Callback", hex(callback.address)))
            fields.append(("Tls.CallbackSection", report.image.name(of: callback.region)))
        }
        fields += report.hints.map { ("Tls.Hint", $0.kind.rawValue) }
        return fields
    }

    /// The last component of a path in either notation.
    private static func name(of path: String) -> String {
        let end = path.utf8.lastIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "!") }
        return end.map { String(path[path.utf8.index(after: $0)...]) } ?? path
    }

    /// The same for equal contents: FNV-1a over words of eight bytes and the length, of the first `limit` bytes. To find a file
    /// again in other places; it proves nothing, the alert has the hash for that. O(bytes).
    static func fingerprint(_ bytes: RawSpan, limit: Int) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func mix(_ word: UInt64) { hash = (hash ^ word) &* 0x0000_0100_0000_01B3 }
        let end = min(bytes.byteCount, limit)
        var position = 0
        while position + 8 <= end, let word = bytes.uint64(at: position) {
            mix(word)
            position += 8
        }
        while position < end, let byte = bytes.uint8(at: position) {
            mix(UInt64(byte))
            position += 1
        }
        mix(UInt64(bytes.byteCount))
        return String(hash, radix: 16)
    }

    private static func hex(_ value: some FixedWidthInteger) -> String { "0x" + String(value, radix: 16) }
}
