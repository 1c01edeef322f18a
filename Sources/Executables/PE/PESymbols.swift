import Bytes

/// Names of functions in the COFF symbol table, which MinGW programs carry unless they were stripped.
///
/// `__dyn_tls_init` and `__dyn_tls_dtor` are the C runtime's own callbacks. Names are written by whoever made the file:
/// they explain to a reader, no check depends on them.
enum PESymbols {
    /// Bytes of a symbol: name 8, value 4, section 2, type 2, storage class 1, number of auxiliary records 1.
    private static let size = 18

    /// The names that stand exactly at the given RVAs. O(symbols), with a limit; nothing when there is no table.
    static func names(at rvas: Set<UInt64>, in image: PEImage, _ bytes: RawSpan, limits: PELimits) -> [UInt64: String] {
        guard !rvas.isEmpty, image.symbolTableOffset > 0, image.symbolCount > 0 else { return [:] }
        let table = image.symbolTableOffset
        let count = min(image.symbolCount, limits.symbols)
        let strings = table + image.symbolCount * size
        var names: [UInt64: String] = [:]
        var index = 0
        while index < count, names.count < rvas.count, let symbol = bytes.slice(at: table + index * size, length: size)
        {
            index += 1 + Int(symbol.uint8(at: 17) ?? 0)
            // External (2) and static (3) symbols of a section; section numbers count from 1.
            guard let kind = symbol.uint8(at: 16), kind == 2 || kind == 3, let value = symbol.uint32(at: 8),
                let section = symbol.uint16(at: 12), section > 0, Int(section) <= image.sections.count
            else { continue }
            let rva = UInt64(image.sections[Int(section) - 1].rva) + UInt64(value)
            guard rvas.contains(rva), names[rva] == nil else { continue }
            let name = name(symbol, strings: strings, bytes)
            // Section symbols (.text) stand at the first function of each object file.
            if !name.isEmpty, !name.hasPrefix(".") { names[rva] = name }
        }
        return names
    }

    /// Up to 8 bytes in place, or four zero bytes and an offset into the table of strings.
    private static func name(_ symbol: RawSpan, strings: Int, _ bytes: RawSpan) -> String {
        if symbol.uint32(at: 0) == 0, let offset = symbol.uint32(at: 4) {
            return PEText.terminated(bytes, at: strings + Int(offset), limit: 256)
        }
        return PEText.terminated(symbol, at: 0, limit: 8)
    }
}
