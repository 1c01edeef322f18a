import Bytes

/// Builds one 64 KiB chunk: header, names and definitions where they occur first, records, checksums.
struct ChunkWriter {
    private(set) var bytes: [UInt8] = [UInt8](repeating: 0, count: EVTXChunkHeader.size)
    private var names: [String: Int] = [:]
    private var definitions: [Definition: Int] = [:]
    private var firstRecord: UInt64 = 0
    private var lastRecord: UInt64 = 0
    private var lastRecordOffset = 0
    private(set) var recordCount = 0

    /// What the record being written has changed besides appending, to take it back when it does not fit.
    private var undo = Undo()

    private struct Undo {
        var names: [String] = []
        var definitions: [Definition] = []
        var words: [(offset: Int, value: UInt32)] = []
    }

    private struct Definition: Hashable {
        var guid: [UInt8]
        var nodes: [BinXMLNode]
    }

    /// Appends a record, or answers false and changes nothing when it does not fit.
    mutating func append(id: UInt64, fileTime: UInt64, body: EVTXWriterValue.Content) -> Bool {
        let start = bytes.count
        undo = Undo()
        put(UInt32(0x2A2A))
        put(UInt32(0))
        put(id)
        put(fileTime)
        guard putFragment(body, dependency: true) else {
            takeBack(to: start)
            return false
        }
        // The size is a multiple of 8, as Windows has it; the copy ends the record.
        while (bytes.count + 4 - start) % 8 != 0 { bytes.append(0) }
        let size = UInt32(bytes.count + 4 - start)
        put(size)
        patch(size, at: start + 4)
        guard bytes.count <= EVTXChunkHeader.chunkSize else {
            takeBack(to: start)
            return false
        }
        if recordCount == 0 { firstRecord = id }
        lastRecord = id
        lastRecordOffset = start
        recordCount += 1
        return true
    }

    private mutating func takeBack(to count: Int) {
        bytes.removeSubrange(count...)
        for name in undo.names { names[name] = nil }
        for definition in undo.definitions { definitions[definition] = nil }
        for word in undo.words.reversed() { patch(word.value, at: word.offset) }
    }

    /// Puts an item at the head of a bucket of the chunk's string or template table; its link is the former head.
    private mutating func link(_ offset: Int, bucket: Int) {
        let former = word(at: bucket)
        undo.words.append((bucket, former))
        put(former)
        patch(UInt32(offset), at: bucket)
    }

    /// The chunk, padded to 64 KiB, with its header and checksums. `firstNumber` counts records from the file's start.
    func finished(firstNumber: UInt64) -> [UInt8] {
        var chunk = self
        chunk.patch(EVTXChunkHeader.magic, at: 0)
        chunk.patch(firstNumber, at: 8)
        chunk.patch(firstNumber + UInt64(max(recordCount, 1)) - 1, at: 16)
        chunk.patch(firstRecord, at: 24)
        chunk.patch(lastRecord, at: 32)
        chunk.patch(UInt32(128), at: 40)
        chunk.patch(UInt32(lastRecordOffset), at: 44)
        chunk.patch(UInt32(bytes.count), at: 48)
        chunk.patch(CRC32.checksum(ByteStorage(Array(bytes[512...])).bytes), at: 52)
        var crc = CRC32()
        crc.update(ByteStorage(Array(chunk.bytes[0..<120])).bytes)
        crc.update(ByteStorage(Array(chunk.bytes[128..<512])).bytes)
        chunk.patch(crc.value, at: 124)
        chunk.bytes += [UInt8](repeating: 0, count: EVTXChunkHeader.chunkSize - chunk.bytes.count)
        return chunk.bytes
    }

    // MARK: Binary XML

    /// A fragment: header, one instance or inline nodes, end token.
    private mutating func putFragment(_ content: EVTXWriterValue.Content, dependency: Bool) -> Bool {
        bytes += [BinXMLToken.fragmentHeader, 1, 1, 0]
        switch content {
        case .bytes(_, let raw): bytes += raw
        case .instance(let instance):
            guard putInstance(instance) else { return false }
            bytes.append(BinXMLToken.end)
        case .fragment(let nodes):
            for node in nodes { putNode(node, dependency: dependency) }
            bytes.append(BinXMLToken.end)
        }
        return bytes.count <= EVTXChunkHeader.chunkSize
    }

    private mutating func putInstance(_ instance: BinXMLInstance) -> Bool {
        bytes += [BinXMLToken.templateInstance, 1]
        bytes += instance.guid[0..<4]
        let key = Definition(guid: instance.guid, nodes: instance.definition)
        if let known = definitions[key] {
            put(UInt32(known))
        } else {
            let offset = bytes.count + 4
            put(UInt32(offset))
            putDefinition(instance)
            definitions[key] = offset
            undo.definitions.append(key)
        }
        put(UInt32(instance.values.count))
        let descriptors = bytes.count
        for value in instance.values { put(UInt32(value.type.rawValue) << 16) }
        for (index, value) in instance.values.enumerated() {
            let start = bytes.count
            if case .bytes(_, let raw) = value.content {
                bytes += raw
            } else if !putFragment(value.content, dependency: false) {
                return false
            }
            guard let size = UInt16(exactly: bytes.count - start) else { return false }
            patch(UInt32(value.type.rawValue) << 16 | UInt32(size), at: descriptors + 4 * index)
        }
        return true
    }

    /// `next32 guid128 size32 body`, linked into the chunk's template table.
    private mutating func putDefinition(_ instance: BinXMLInstance) {
        let offset = bytes.count
        let bucket = 384 + 4 * Int(instance.guid[0] & 31)
        link(offset, bucket: bucket)
        bytes += instance.guid
        put(UInt32(0))
        let body = bytes.count
        bytes += [BinXMLToken.fragmentHeader, 1, 1, 0]
        for node in instance.definition { putNode(node, dependency: true) }
        bytes.append(BinXMLToken.end)
        patch(UInt32(bytes.count - body), at: offset + 20)
    }

    private mutating func putNode(_ node: BinXMLNode, dependency: Bool) {
        switch node {
        case .element(let element): putElement(element, dependency: dependency)
        case .text(let text):
            bytes += [BinXMLToken.value, EVTXValueType.string.rawValue]
            putCounted(text)
        case .value(let type, let raw):
            bytes += [BinXMLToken.value, type.rawValue]
            if type == .ansiString || type == .binary { put(UInt16(truncatingIfNeeded: raw.count)) }
            bytes += raw
        case .cdata(let text):
            bytes.append(BinXMLToken.cdata)
            putCounted(text)
        case .characterReference(let unit):
            bytes.append(BinXMLToken.characterReference)
            put(unit)
        case .entityReference(let name):
            bytes.append(BinXMLToken.entityReference)
            putName(name)
        case .instruction(let target, let data):
            bytes.append(BinXMLToken.instructionTarget)
            putName(target)
            bytes.append(BinXMLToken.instructionData)
            putCounted(data)
        case .substitution(let slot, let type, let optional):
            bytes.append(optional ? BinXMLToken.optionalSubstitution : BinXMLToken.substitution)
            put(UInt16(truncatingIfNeeded: slot))
            bytes.append(type.rawValue)
        case .template: break
        }
    }

    /// `01|41 dependency16 size32 name [attributes] 02 content 04`, or `03` when it is empty.
    private mutating func putElement(_ element: BinXMLElement, dependency: Bool) {
        bytes.append(BinXMLToken.openElement | (element.attributes.isEmpty ? 0 : BinXMLToken.more))
        if dependency { put(UInt16(0xFFFF)) }
        let sizeField = bytes.count
        put(UInt32(0))
        putName(element.name)
        if !element.attributes.isEmpty {
            let listField = bytes.count
            put(UInt32(0))
            for (index, attribute) in element.attributes.enumerated() {
                let isLast = index == element.attributes.count - 1
                bytes.append(BinXMLToken.attribute | (isLast ? 0 : BinXMLToken.more))
                putName(attribute.name)
                for node in attribute.value { putNode(node, dependency: dependency) }
            }
            patch(UInt32(bytes.count - listField - 4), at: listField)
        }
        if element.children.isEmpty {
            bytes.append(BinXMLToken.closeEmpty)
        } else {
            bytes.append(BinXMLToken.closeStart)
            for node in element.children { putNode(node, dependency: dependency) }
            bytes.append(BinXMLToken.endElement)
        }
        patch(UInt32(bytes.count - sizeField - 4), at: sizeField)
    }

    private mutating func putCounted(_ text: [UInt8]) {
        let units = String(decoding: text, as: UTF8.self).utf16
        put(UInt16(truncatingIfNeeded: units.count))
        for unit in units.prefix(Int(UInt16.max)) { put(unit) }
    }

    /// The offset of a name, and the name itself where it occurs first, linked into the chunk's string table.
    private mutating func putName(_ name: String) {
        if let known = names[name] { return put(UInt32(known)) }
        let units = Array(name.utf16.prefix(Int(UInt16.max)))
        let offset = bytes.count + 4
        put(UInt32(offset))
        let hash = units.reduce(UInt32(0)) { $0 &* 65_599 &+ UInt32($1) }
        let short = UInt16(truncatingIfNeeded: hash)
        let bucket = 128 + 4 * Int(short % 64)
        link(offset, bucket: bucket)
        put(short)
        put(UInt16(units.count))
        for unit in units { put(unit) }
        put(UInt16(0))
        names[name] = offset
        undo.names.append(name)
    }

    // MARK: Little-endian

    private mutating func put<Integer: FixedWidthInteger>(_ value: Integer) { bytes += EVTXWriterValue.little(value) }

    private mutating func patch<Integer: FixedWidthInteger>(_ value: Integer, at offset: Int) {
        for (index, byte) in EVTXWriterValue.little(value).enumerated() { bytes[offset + index] = byte }
    }

    private func word(at offset: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) }
    }
}
