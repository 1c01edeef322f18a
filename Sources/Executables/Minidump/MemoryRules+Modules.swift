/// Rules on directories, arrays and callbacks of the modules: TLS-M01, M02, M03, M10, M12.
extension MemoryRules {
    /// Bytes of a callback's code that are compared with the file.
    private static let codeBytes = 16

    // MARK: - TLS-M01, TLS-M10

    mutating func directory(_ image: ProcessState.Image) {
        guard let mapped = image.mapped else { return }
        let base = image.module.base
        if mapped.hasTLS, mapped.tlsAddress >= mapped.sizeOfImage {
            findings.add(
                MemoryCheck.directory,
                "The data directory names \(mapped.tlsAddress.hexText), outside the image of "
                    + "\(mapped.sizeOfImage.hexText) bytes.",
                at: place(base &+ mapped.tlsEntry, image))
        }
        directoryTargets(image)
        guard let file = image.file, !file.isHybrid else { return }
        if !file.hasTLS {
            guard mapped.hasTLS else { return }
            findings.add(
                MemoryCheck.added,
                "In memory the directory is at \(mapped.tlsAddress.hexText); the file has none.",
                at: place(base &+ mapped.tlsEntry, image))
            return
        }
        if mapped.tlsAddress != file.tlsAddress || mapped.tlsSize != file.tlsSize {
            findings.add(
                MemoryCheck.directory,
                "The data directory says \(mapped.tlsAddress.hexText)+\(mapped.tlsSize), in the file "
                    + "\(file.tlsAddress.hexText)+\(file.tlsSize).", at: place(base &+ mapped.tlsEntry, image))
        }
        guard let now = mapped.tls, let then = file.tls, mapped.tlsAddress == file.tlsAddress else { return }
        let word = UInt64(mapped.word)
        let fields: [(String, UInt64, UInt64, UInt64)] = [
            ("StartAddressOfRawData", 0, now.start, moved(then.start, image)),
            ("EndAddressOfRawData", word, now.end, moved(then.end, image)),
            ("AddressOfIndex", 2 * word, now.index, moved(then.index, image)),
            ("AddressOfCallBacks", 3 * word, now.callbacks, moved(then.callbacks, image)),
            ("SizeOfZeroFill", 4 * word, now.zeroFill, then.zeroFill),
            ("Characteristics", 4 * word + 4, now.characteristics, then.characteristics),
        ]
        for (name, offset, now, then) in fields where now != then {
            let region = state.text(now)
            findings.add(
                MemoryCheck.directory, "\(name) is \(now.hexText) (\(region)); the file says \(then.hexText).",
                at: place(base &+ mapped.tlsAddress &+ offset, image))
        }
    }

    /// What the directory names must lie in its image, file or no file. (The array has its own rule.)
    private mutating func directoryTargets(_ image: ProcessState.Image) {
        guard let mapped = image.mapped, let tls = mapped.tls else { return }
        let base = image.module.base
        let word = UInt64(mapped.word)
        let fields: [(String, UInt64, UInt64)] = [
            ("StartAddressOfRawData", 0, tls.start), ("EndAddressOfRawData", word, tls.end == 0 ? 0 : tls.end &- 1),
            ("AddressOfIndex", 2 * word, tls.index),
        ]
        for (name, offset, address) in fields where address != 0 && !image.module.contains(address) {
            findings.add(
                MemoryCheck.directory,
                "\(name) names \(address.hexText), outside its image (\(state.text(address))).",
                at: place(base &+ mapped.tlsAddress &+ offset, image), severity: .medium)
        }
        guard tls.end < tls.start else { return }
        findings.add(
            MemoryCheck.directory, "The template ends at \(tls.end.hexText), before it begins (\(tls.start.hexText)).",
            at: place(base &+ mapped.tlsAddress, image), severity: .medium)
    }

    /// An address of the file as it must be in memory.
    private func moved(_ address: UInt64, _ image: ProcessState.Image) -> UInt64 {
        guard address != 0 else { return 0 }
        let moved = address &+ image.delta
        return image.mapped?.is64 == false ? moved & 0xFFFF_FFFF : moved
    }

    // MARK: - TLS-M02

    mutating func arrayPlace(_ address: UInt64, _ image: ProcessState.Image) {
        let region = state.dump.region(at: address)
        if !image.module.contains(address) {
            findings.add(
                MemoryCheck.array,
                "The array is at \(address.hexText), outside its image (\(state.text(address))).",
                at: place(address, image), confidence: region == nil ? .likely : .certain)
        } else if let region, region.isCommitted, !region.isImage {
            findings.add(
                MemoryCheck.array, "The array at \(address.hexText) lies in \(region.text), where its image should be.",
                at: place(address, image))
        }
    }

    mutating func arrayContent(_ image: ProcessState.Image) {
        guard let mapped = image.mapped, let file = image.file, !file.isHybrid, let then = file.tls, then.callbacks != 0
        else { return }
        let array = then.callbacks &- file.statedBase
        let expected = file.callbacks(at: array).targets
        for slot in 0...expected.count {
            let at = array &+ UInt64(slot * mapped.word)
            guard let target = mapped.source.integer(at: at, width: mapped.word) else { return }
            let wanted = slot < expected.count ? moved(expected[slot], image) : 0
            guard target != wanted else { continue }
            findings.add(
                MemoryCheck.array,
                "Slot \(slot) is \(target.hexText) (\(state.text(target))); the file says \(wanted.hexText).",
                at: place(image.module.base &+ at, image))
        }
    }

    /// Without the file a slot that repeats another is the only trace of a slot that was overwritten with a neighbour's
    /// value.
    mutating func repeated(_ targets: [UInt64], _ image: ProcessState.Image) {
        guard let mapped = image.mapped, let array = mapped.tls?.callbacks else { return }
        var seen: Set<UInt64> = []
        for (slot, target) in targets.enumerated() where !seen.insert(target).inserted {
            findings.add(
                MemoryCheck.array,
                "Slot \(slot) repeats the callback \(target.hexText); with the file the array could be compared.",
                at: place(array &+ UInt64(slot * mapped.word), image), severity: .low, confidence: .possible)
            return
        }
    }

    // MARK: - TLS-M03

    mutating func callbackTargets(_ targets: [UInt64], isComplete: Bool, _ image: ProcessState.Image) {
        guard let mapped = image.mapped, let tls = mapped.tls else { return }
        if targets.isEmpty, !isComplete {
            findings.add(
                MinidumpCheck.absent,
                "The callback array \(tls.callbacks.hexText) of \(image.module.name) is not in the dump.")
        }
        for (slot, target) in targets.enumerated() {
            let address = tls.callbacks &+ UInt64(slot * mapped.word)
            if let (why, severity, confidence) = verdict(target, of: image, mapped) {
                findings.add(
                    MemoryCheck.callback, "Slot \(slot) calls \(target.hexText): \(why).", at: place(address, image),
                    severity: severity, confidence: confidence)
            }
        }
    }

    /// What is wrong with a callback's address, if anything.
    private func verdict(
        _ target: UInt64, of image: ProcessState.Image, _ mapped: MappedImage
    ) -> (String, Finding.Severity, Finding.Confidence)? {
        let region = state.dump.region(at: target)
        let home = state.image(at: target)
        guard let home else {
            guard let region else { return ("in no image", .high, .likely) }
            if region.isImage { return ("in an image that the list of modules does not name", .high, .likely) }
            return ("in no image, but in \(region.text)", .high, .certain)
        }
        if home.module.base != image.module.base {
            return ("in another image, \(home.module.name)", .medium, .certain)
        }
        guard let region else { return nil }
        if !region.isCommitted { return ("on a page without memory (\(region.text))", .high, .certain) }
        if !region.isImage { return ("in \(region.text), where its image should be", .high, .certain) }
        if !region.isExecutable { return ("on a page that cannot run (\(region.text))", .high, .certain) }
        let isWritableByDesign =
            mapped.sections.first { $0.contains(target &- image.module.base) }?.isWritable ?? false
        guard region.isWritable, !isWritableByDesign else { return nil }
        return ("on a code page that was made writable (\(region.text))", .medium, .likely)
    }

    // MARK: - TLS-M12

    mutating func callbackCode(_ image: ProcessState.Image) {
        guard let mapped = image.mapped, let file = image.file, !file.isHybrid, let then = file.tls,
            then.callbacks != 0,
            mapped.is64 || image.delta == 0
        else { return }  // 32-bit code has relocated addresses in it.
        for target in file.callbacks(at: then.callbacks &- file.statedBase).targets.prefix(64) {
            let rva = target &- file.statedBase
            var changed: [(offset: UInt64, now: UInt64, then: UInt64)] = []
            for offset in 0..<UInt64(Self.codeBytes) {
                guard let now = mapped.source.integer(at: rva &+ offset, width: 1),
                    let then = file.source.integer(at: rva &+ offset, width: 1)
                else { break }
                if now != then { changed.append((offset, now, then)) }
            }
            guard let first = changed.first else { continue }
            let isBreakpoint = changed.count == 1 && first.now == 0xCC
            findings.add(
                MemoryCheck.code,
                "\(changed.count) of the first \(Self.codeBytes) bytes of the callback differ; byte \(first.offset) is "
                    + "\(first.now.hexText) instead of \(first.then.hexText)\(isBreakpoint ? ", a breakpoint" : "").",
                at: place(image.module.base &+ rva &+ first.offset, image), severity: isBreakpoint ? .low : nil)
        }
    }
}
