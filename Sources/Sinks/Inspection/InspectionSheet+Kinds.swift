import Executables

// MARK: - PE

extension InspectionSheet {
    mutating func describe(_ report: PEReport) {
        let image = report.image
        row("made by", "\(report.baseline.toolchain.rawValue) (\(TextSafety.visible(report.baseline.evidence)))")
        var traits = ["base " + Self.hex(image.imageBase), "entry point " + Self.hex(image.entryPoint)]
        traits.append(image.isDynamicBase ? "movable" : "fixed")
        if image.relocationsStripped { traits.append("relocations stripped") }
        if image.hybrid != .none { traits.append("hybrid: " + image.hybrid.rawValue) }
        row("image", traits.joined(separator: ", "))
        list(
            "sections",
            image.sections.map { section in
                let isOdd = section.isWritable && section.isExecutable
                let text =
                    "\(Self.pad(section.name, 9)) \(section.rights)  \(Self.hex(section.rva)) + "
                    + "\(Self.hex(section.claimedSize)), \(Quantity.bytes(Int64(section.rawSize))) in the file"
                return (text, isOdd)
            })
        if !report.imports.names.isEmpty { row("calls", report.imports.names.joined(separator: ", ")) }
        describe(report.tls, report)
        if !report.hints.isEmpty {
            list("unusual", report.hints.map { ("\($0.kind.rawValue): \($0.detail)", true) })
        }
    }

    private mutating func describe(_ tls: PETLS?, _ report: PEReport) {
        guard let tls else { return row("TLS", "no directory") }
        let image = report.image
        row(
            "TLS",
            "directory at \(Self.hex(image.imageBase &+ UInt64(tls.entry.rva))) "
                + "\(Self.place(tls.region, image)), \(tls.entry.size) bytes"
                + (tls.fileOffset.map { ", file offset \(Self.hex($0))" } ?? ", not in the file"))
        guard let directory = tls.directory else {
            return row("", "it cannot be read where the loader looks", .warning)
        }
        var template = "template \(Self.hex(directory.start))–\(Self.hex(directory.end))"
        template +=
            directory.end >= directory.start
            ? ", \(Quantity.bytes(Int64(clamping: directory.end - directory.start)))" : ", ends before it starts"
        if directory.zeroFill > 0 { template += ", then \(directory.zeroFill) zeroes" }
        row("", template)
        let index = tls.indexRVA.map { Self.place(image.region(atRVA: $0), image) } ?? "outside the image"
        row("", "index at \(Self.hex(directory.index)) \(index)")
        guard let array = tls.array else { return row("", "no callbacks") }
        row(
            "",
            "\(tls.callbacks.count) callbacks, array at \(Self.hex(directory.callbacks)) "
                + "\(Self.place(array.region, image))"
                + (array.end == .terminated ? "" : ", without end (\(array.end.rawValue))"))
        list("callbacks", tls.callbacks.map { Self.text(of: $0, image) })
    }

    private static func text(of callback: PECallback, _ image: PEImage) -> (String, Bool) {
        var text = "\(callback.slot)  \(hex(callback.address))  \(place(callback.region, image))"
        if !callback.section.isEmpty {
            text += " \(callback.isWritable ? "rw" : "r-")\(callback.isExecutable ? "x" : "-")"
        }
        if let symbol = callback.symbol { text += "  \(symbol)" }
        var odd: [String] = []
        if callback.isImportSlot { odd.append("a slot of the import table") }
        if !callback.liesInCode, !callback.isImportSlot { odd.append("not in code") }
        if callback.liesInCode, callback.isWritable { odd.append("writable code") }
        if callback.jumpsAway { odd.append("jumps into another section") }
        if !odd.isEmpty { text += "  ← " + odd.joined(separator: ", ") }
        return (text, !odd.isEmpty)
    }

    private static func place(_ region: PERegion, _ image: PEImage) -> String {
        switch region {
        case .headers: "in the headers"
        case .section(let index): "in \(TextSafety.visible(name(image.sections[index])))"
        case .slack(let index): "behind \(TextSafety.visible(name(image.sections[index])))"
        case .gap: "between sections"
        case .outside: "outside the image"
        }
    }

    private static func name(_ section: PESection) -> String { section.name.isEmpty ? "(no name)" : section.name }

    private static func pad(_ name: String, _ width: Int) -> String {
        DisplayWidth.pad(TextSafety.visible(name.isEmpty ? "(no name)" : name), to: width)
    }
}

// MARK: - ELF

extension InspectionSheet {
    mutating func describe(_ report: ELFReport, _ initialisers: ELFInitialisers?) {
        guard let image = report.image else { return }
        let width = image.encoding.is64 ? "64 bits" : "32 bits"
        row(
            "image",
            "\(width), \(image.encoding.isBigEndian ? "big" : "little")-endian, entry point \(Self.hex(image.entry))"
                + (image.isDebugCompanion ? ", debug half of another file" : "")
                + (image.dynamic.map { ", needs \($0.neededCount) libraries" } ?? ", static"))
        let loads = image.segments.filter { $0.type == ELFSegment.load }
        list(
            "segments",
            loads.map { segment in
                let rights =
                    (segment.flags & 4 != 0 ? "r" : "-") + (segment.isWritable ? "w" : "-")
                    + (segment.isExecutable ? "x" : "-")
                return (
                    "\(rights)  \(Self.hex(segment.address)) + \(Self.hex(segment.memorySize)), "
                        + "\(Quantity.bytes(Int64(clamping: segment.fileSize))) in the file",
                    segment.isWritable && segment.isExecutable
                )
            })
        describe(report.tls)
        if let initialisers {
            list("before main", initialisers.initialisers.map { Self.text(of: $0) })
            list("at the end", initialisers.finalisers.map { Self.text(of: $0) })
            if initialisers.isCut { row("", "the arrays are longer than is looked at", .warning) }
        }
    }

    private mutating func describe(_ tls: ELFTLS?) {
        guard let tls else { return row("TLS", "no thread-local block") }
        row(
            "TLS",
            "template \(Quantity.bytes(Int64(clamping: tls.templateSize))) at \(Self.hex(tls.segment.address)), then "
                + "\(Quantity.bytes(Int64(clamping: tls.zeroSize))) of zeroes, alignment \(tls.alignment)"
                + (tls.loadedOffset.map { ", file offset \(Self.hex($0))" } ?? ", in no loaded segment"))
        if let offset = tls.blockOffset {
            row(
                "",
                "each thread's block begins \(offset < 0 ? "\(-offset) bytes below" : "\(offset) bytes above") the "
                    + "thread pointer")
        }
        let count = tls.relocations
        row(
            "",
            "\(count.total) relocations about it (\(count.module) module, \(count.offset) offset, "
                + "\(count.threadPointer) thread pointer, \(count.descriptor) descriptor)")
        list("", tls.sections.map { ("\($0.name)  \(Self.hex($0.address)) + \(Self.hex($0.size))", false) })
    }

    private static func text(of entry: ELFInitialisers.Entry) -> (String, Bool) {
        let target = entry.target.map { hex($0) } ?? "a symbol of another file"
        return (
            "\(entry.slot)  \(target)" + (entry.isInCode ? "" : "  ← not in an executable segment"), !entry.isInCode
        )
    }
}

// MARK: - Dumps

extension InspectionSheet {
    mutating func describe(_ report: MinidumpReport) {
        let dump = report.dump
        if let system = dump.system {
            row(
                "system",
                "\(system.platformName) \(system.major).\(system.minor) build \(system.build)"
                    + (report.isWine ? ", under Wine" : ""))
        }
        if let program = dump.modules.first { row("program", TextSafety.visible(program.path)) }
        if !report.containerIDs.isEmpty { list("container", report.containerIDs.map { ($0, false) }) }
        row(
            "modules",
            "\(dump.modules.count), headers of \(report.modulesWithHeaders), TLS in \(report.modulesWithTLS), "
                + "\(report.modulesCompared) compared with their files")
        let memory = dump.memory.ranges.reduce(UInt64(0)) { $0 &+ $1.size }
        row(
            "memory",
            "\(Quantity.bytes(Int64(clamping: memory))) in \(dump.memory.ranges.count) ranges, "
                + "\(dump.regions.count) regions described")
        row("threads", "\(dump.threads.count), blocks of \(report.threads.count)")
        list(
            "",
            report.threads.map { thread in
                var text = "\(thread.id)  block \(Self.hex(thread.block)), vector \(Self.hex(thread.vector))"
                if !thread.slots.isEmpty { text += ", slots in use " + Self.text(of: thread.slots) }
                if !thread.orphans.isEmpty { text += "  ← never given out: " + Self.text(of: thread.orphans) }
                return (text, !thread.orphans.isEmpty)
            })
        list("fiber calls", report.fiberCallbacks.map { ("\($0.index)  \(Self.hex($0.target))  \($0.place)", false) })
    }

    private static func text(of numbers: [Int]) -> String {
        let shown = numbers.prefix(16).map(String.init).joined(separator: " ")
        return numbers.count > 16 ? shown + " and \(numbers.count - 16) more" : shown
    }
}
