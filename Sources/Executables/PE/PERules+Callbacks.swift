/// Checks of single callbacks. Slots inside the import table are left to P09: on disk they hold no addresses.
extension PERules {
    private static func callbacks(_ report: PEReport) -> [PECallback] {
        report.tls?.callbacks.filter { !$0.isImportSlot } ?? []
    }

    private static func hit(_ callback: PECallback, _ why: String, _ report: PEReport) -> PERule.Hit {
        PERule.Hit(
            why: "callback \(callback.slot) is \(PEText.hex(callback.address)), \(why)",
            place: place(callback.slotRVA, report))
    }

    static func outsideImage(_ report: PEReport) -> [PERule.Hit] {
        let image = report.image
        let end = image.imageBase &+ UInt64(image.sizeOfImage)
        return tell(callbacks(report).filter { $0.rva == nil }) {
            hit($0, "the image is \(PEText.hex(image.imageBase))–\(PEText.hex(end))", report)
        }
    }

    static func notInCode(_ report: PEReport) -> [PERule.Hit] {
        let image = report.image
        // In an ARM64X file a callback may be x64 code, which is not aligned.
        let alignment = image.hybrid == .none ? image.machine.instructionAlignment : 1
        let offenders = callbacks(report).filter {
            $0.rva != nil && !($0.liesInCode && $0.address % alignment == 0)
        }
        return tell(offenders) { callback in
            guard callback.liesInCode else { return hit(callback, nonCode(callback, image), report) }
            return hit(callback, "not aligned to \(alignment) as \(image.machine.name) code must be", report)
        }
    }

    private static func nonCode(_ callback: PECallback, _ image: PEImage) -> String {
        let region = locate(callback.region, image)
        guard case .section(let index) = callback.region else { return region }
        return "\(region), which is \(image.sections[index].rights)"
    }

    static func inWritableCode(_ report: PEReport) -> [PERule.Hit] {
        tell(callbacks(report).filter { $0.liesInCode && $0.isWritable }) {
            hit($0, "in \($0.section), which is writable and executable", report)
        }
    }

    static func repeated(_ report: PEReport) -> [PERule.Hit] {
        // In an array without end the last words are whatever lies there.
        guard report.tls?.array?.end == .terminated else { return [] }
        var first: [UInt64: Int] = [:]
        var offenders: [(PECallback, String)] = []
        for callback in callbacks(report) {
            if let earlier = first[callback.address] {
                offenders.append((callback, "the same as callback \(earlier)"))
            } else {
                first[callback.address] = callback.slot
            }
            if let rva = callback.rva, rva == UInt64(report.image.entryPoint), rva != 0 {
                offenders.append((callback, "which is the entry point"))
            }
        }
        return tell(offenders) { hit($0.0, $0.1, report) }
    }

    static func noEntryPoint(_ report: PEReport) -> [PERule.Hit] {
        guard report.image.entryPoint == 0, let first = callbacks(report).first else { return [] }
        return [
            PERule.Hit(
                severity: report.image.isDLL ? .informational : .medium,
                why: "\(callbacks(report).count) callbacks, AddressOfEntryPoint is 0: they are the only code that runs",
                place: place(first.slotRVA, report))
        ]
    }

    static func managed(_ report: PEReport) -> [PERule.Hit] {
        guard let descriptor = report.image[.comDescriptor], let first = callbacks(report).first else { return [] }
        let kind =
            report.isManagedOnly
            ? "which says it is managed only" : report.isMixedMode ? "mixed mode" : "which is not a CLR header"
        return [
            PERule.Hit(
                // Managed C++ has native start-up code of its own.
                severity: report.isMixedMode ? .informational : .medium,
                why:
                    "\(callbacks(report).count) callbacks, and a CLR header at RVA "
                    + "\(PEText.hex(descriptor.rva)), \(kind)",
                place: place(first.slotRVA, report))
        ]
    }

    static func library(_ report: PEReport) -> [PERule.Hit] {
        guard report.image.isDLL, let first = callbacks(report).first else { return [] }
        let array =
            report.tls?.array?.region.sectionIndex.map { PEText.name(report.image.sections[$0]) } ?? "no section"
        return [
            PERule.Hit(
                why: "\(callbacks(report).count) callbacks run before DllMain; the array is in \(array), "
                    + "toolchain \(report.baseline.toolchain.rawValue)",
                place: place(first.slotRVA, report))
        ]
    }
}
