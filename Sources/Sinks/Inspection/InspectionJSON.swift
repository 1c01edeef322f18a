public import Engine
public import Executables

/// An inspected file as one line of NDJSON (docs/machine-contract.md).
public enum InspectionJSON {
    /// Items of one list that are written: callbacks, modules, threads, array entries.
    private static let listLimit = 4096

    /// The line of `file`, with its findings at or above `minimum`.
    public static func line(of file: InspectedFile, minimum: Finding.Severity) -> [UInt8] {
        var writer = JSONWriter()
        writer.openObject()
        writer.member("kind", file.report.kind.rawValue)
        writer.member("path", file.path)
        writer.member("bytes", file.size)
        writer.member("role", file.report.role)
        writer.member("machine", file.report.machine)
        if !file.hash.isEmpty { writer.member("sha256", file.hash) }
        if !file.wrapping.isEmpty { writer.member("wrapping", file.wrapping) }
        if !file.collectedFrom.isEmpty { writer.member("collected_from", file.collectedFrom) }
        if !file.originalPath.isEmpty { writer.member("original_path", file.originalPath) }
        switch file.report {
        case .pe(let report): write(report, to: &writer)
        case .elf(let report): write(report, file.initialisers, to: &writer)
        case .minidump(let report): write(report, to: &writer)
        case .broken: break
        }
        if let change = file.change {
            writer.name("reference")
            writer.openObject()
            writer.member("relation", change.relation.rawValue)
            writer.member("path", change.reference)
            writer.member("docker_diff", change.listed)
            writer.closeObject()
        }
        if let worst = file.findings.first { writer.member("severity", "\(worst.severity)") }
        writer.name("findings")
        writer.openArray()
        for finding in file.findings where finding.severity >= minimum { write(finding, to: &writer) }
        writer.closeArray()
        writer.member("unchecked", file.limits.map(\.why))
        writer.closeObject()
        writer.endLine()
        return writer.bytes
    }

    /// The last line: what was seen in all (`"kind":"summary"`), and before it a line per thing not read (`"unread"`).
    public static func end(_ summary: InspectionSummary) -> [UInt8] {
        var writer = JSONWriter()
        for unread in summary.refused + summary.unread {
            writer.openObject()
            writer.member("kind", "unread")
            writer.member("path", unread.path)
            writer.member("code", unread.code)
            writer.member("detail", unread.detail)
            writer.closeObject()
            writer.endLine()
        }
        writer.openObject()
        writer.member("kind", "summary")
        writer.member("files", Int64(summary.files))
        writer.member("bytes", summary.bytes)
        writer.member("others", Int64(summary.others))
        for severity in Finding.Severity.allCases {
            writer.member("worst_\(severity)", Int64(summary.filesBySeverity[severity] ?? 0))
        }
        writer.member("references", Int64(summary.references))
        writer.member("references_alone", Int64(summary.referencesAlone))
        writer.name("interrupted")
        writer.value(summary.interrupted)
        writer.closeObject()
        writer.endLine()
        return writer.bytes
    }

    private static func write(_ finding: Finding, to writer: inout JSONWriter) {
        writer.openObject()
        writer.member("code", finding.code)
        writer.member("title", finding.title)
        writer.member("severity", "\(finding.severity)")
        writer.member("confidence", "\(finding.confidence)")
        writer.member("why", finding.why)
        writer.member("false_positives", finding.falsePositives)
        if let offset = finding.place.fileOffset { writer.member("file_offset", hex(offset)) }
        if let address = finding.place.address { writer.member("address", hex(address)) }
        writer.member("region", finding.place.region)
        writer.closeObject()
    }

    // MARK: - Kinds

    private static func write(_ report: PEReport, to writer: inout JSONWriter) {
        let image = report.image
        writer.name("pe")
        writer.openObject()
        writer.member("toolchain", report.baseline.toolchain.rawValue)
        writer.member("toolchain_evidence", report.baseline.evidence)
        writer.member("image_base", hex(image.imageBase))
        writer.member("entry_point", hex(image.entryPoint))
        writer.member("time_stamp", Int64(image.timeDateStamp))
        writer.member("hybrid", image.hybrid.rawValue)
        writer.name("sections")
        writer.openArray()
        for section in image.sections {
            writer.openObject()
            writer.member("name", section.name)
            writer.member("rva", hex(section.rva))
            writer.member("size", Int64(section.claimedSize))
            writer.member("file_size", Int64(section.rawSize))
            writer.member("rights", section.rights)
            writer.closeObject()
        }
        writer.closeArray()
        writer.member("imports", report.imports.names)
        writer.member("hints", report.hints.map { "\($0.kind.rawValue): \($0.detail)" })
        if let tls = report.tls { write(tls, image, to: &writer) }
        writer.closeObject()
    }

    private static func write(_ tls: PETLS, _ image: PEImage, to writer: inout JSONWriter) {
        writer.name("tls")
        writer.openObject()
        writer.member("directory", hex(image.imageBase &+ UInt64(tls.entry.rva)))
        writer.member("directory_size", Int64(tls.entry.size))
        writer.member("directory_region", image.name(of: tls.region))
        if let directory = tls.directory {
            writer.member("template_start", hex(directory.start))
            writer.member("template_end", hex(directory.end))
            writer.member("zero_fill", Int64(directory.zeroFill))
            writer.member("index", hex(directory.index))
            writer.member("array", hex(directory.callbacks))
        }
        if let array = tls.array {
            writer.member("array_region", image.name(of: array.region))
            writer.member("array_end", array.end.rawValue)
        }
        writer.name("callbacks")
        writer.openArray()
        for callback in tls.callbacks.prefix(listLimit) {
            writer.openObject()
            writer.member("slot", Int64(callback.slot))
            writer.member("address", hex(callback.address))
            writer.member("region", image.name(of: callback.region))
            writer.name("in_code")
            writer.value(callback.liesInCode)
            if let symbol = callback.symbol { writer.member("symbol", symbol) }
            writer.closeObject()
        }
        writer.closeArray()
        writer.closeObject()
    }

    private static func write(
        _ report: ELFReport, _ initialisers: ELFInitialisers?, to writer: inout JSONWriter
    ) {
        guard let image = report.image else { return }
        writer.name("elf")
        writer.openObject()
        writer.member("bits", image.encoding.is64 ? 64 : 32)
        writer.member("byte_order", image.encoding.isBigEndian ? "big" : "little")
        writer.member("entry_point", hex(image.entry))
        writer.name("segments")
        writer.openArray()
        for segment in image.segments where segment.type == ELFSegment.load {
            writer.openObject()
            writer.member("address", hex(segment.address))
            writer.member("size", Int64(clamping: segment.memorySize))
            writer.member("file_size", Int64(clamping: segment.fileSize))
            writer.member("flags", Int64(segment.flags))
            writer.closeObject()
        }
        writer.closeArray()
        if let tls = report.tls {
            writer.name("tls")
            writer.openObject()
            writer.member("address", hex(tls.segment.address))
            writer.member("template_size", Int64(clamping: tls.templateSize))
            writer.member("zero_size", Int64(clamping: tls.zeroSize))
            writer.member("alignment", Int64(clamping: tls.alignment))
            writer.member("relocations", Int64(tls.relocations.total))
            writer.closeObject()
        }
        write("init_array", initialisers?.initialisers ?? [], to: &writer)
        write("fini_array", initialisers?.finalisers ?? [], to: &writer)
        writer.closeObject()
    }

    private static func write(_ name: String, _ entries: [ELFInitialisers.Entry], to writer: inout JSONWriter) {
        writer.name(name)
        writer.openArray()
        for entry in entries {
            if let target = entry.target { writer.value(hex(target)) } else { writer.null() }
        }
        writer.closeArray()
    }

    private static func write(_ report: MinidumpReport, to writer: inout JSONWriter) {
        let dump = report.dump
        writer.name("dump")
        writer.openObject()
        if let system = dump.system {
            writer.member("system", "\(system.platformName) \(system.major).\(system.minor).\(system.build)")
        }
        writer.member("container_ids", report.containerIDs)
        writer.member("modules_compared", Int64(report.modulesCompared))
        writer.member("modules_with_tls", Int64(report.modulesWithTLS))
        writer.name("modules")
        writer.openArray()
        for module in dump.modules.prefix(listLimit) {
            writer.openObject()
            writer.member("path", module.path)
            writer.member("base", hex(module.base))
            writer.member("size", Int64(clamping: module.size))
            writer.closeObject()
        }
        writer.closeArray()
        writer.member("thread_count", Int64(dump.threads.count))
        writer.name("threads")
        writer.openArray()
        for thread in report.threads {
            writer.openObject()
            writer.member("id", Int64(thread.id))
            writer.member("block", hex(thread.block))
            writer.member("vector", hex(thread.vector))
            write("slots", thread.slots, to: &writer)
            write("orphan_slots", thread.orphans, to: &writer)
            writer.closeObject()
        }
        writer.closeArray()
        writer.name("fiber_callbacks")
        writer.openArray()
        for callback in report.fiberCallbacks {
            writer.openObject()
            writer.member("index", Int64(callback.index))
            writer.member("target", hex(callback.target))
            writer.member("place", callback.place)
            writer.closeObject()
        }
        writer.closeArray()
        writer.closeObject()
    }

    private static func write(_ name: String, _ numbers: [Int], to writer: inout JSONWriter) {
        writer.name(name)
        writer.openArray()
        for number in numbers { writer.value(Int64(number)) }
        writer.closeArray()
    }

    private static func hex(_ value: some FixedWidthInteger) -> String { "0x" + String(value, radix: 16) }
}
