import Bytes

/// Walks prepared definitions and values; no tree is built.
struct XMLRenderer {
    let templates: [EVTXTemplate]
    let instances: Range<Int>

    /// The elements of all instances found in one value.
    func appendFragment(of parent: UInt32, _ batch: EVTXBatch, _ window: RawSpan, to output: inout [UInt8]) {
        for index in instances where batch.instances[index].parentValue == parent {
            let instance = batch.instances[index]
            for node in templates[Int(instance.template)].content {
                append(node, instance, batch, window, to: &output)
            }
        }
    }

    private func append(
        _ node: RenderContent, _ instance: EVTXBatch.Instance, _ batch: EVTXBatch, _ window: RawSpan,
        to output: inout [UInt8]
    ) {
        switch node {
        case .element(let element):
            append(element, instance, batch, window, to: &output)
        case .slot(let slot):
            guard let value = batch.value(slot, of: instance) else { return }
            if value.type == .binXML {
                let index = instance.firstValue + UInt32(truncatingIfNeeded: slot)
                return appendFragment(of: index, batch, window, to: &output)
            }
            let start = output.count
            EVTXText.append(value, in: window, to: &output)
            Self.escape(&output, from: start)
        case .text(let text):
            let start = output.count
            output.append(contentsOf: text)
            Self.escape(&output, from: start)
        case .value(let type, let storage):
            let start = output.count
            EVTXText.append(type, storage.bytes, at: 0, length: storage.count, to: &output)
            Self.escape(&output, from: start)
        case .instruction(let target, let data):
            output.append(contentsOf: "<?".utf8)
            output.append(contentsOf: target)
            if !data.isEmpty {
                output.append(UInt8(ascii: " "))
                output.append(contentsOf: data)
            }
            output.append(contentsOf: "?>".utf8)
        }
    }

    private func append(
        _ element: RenderElement, _ instance: EVTXBatch.Instance, _ batch: EVTXBatch, _ window: RawSpan,
        to output: inout [UInt8]
    ) {
        var items: [(EVTXValueType, Int, Int)] = []
        if element.content.count == 1, case .slot(let slot) = element.content[0],
            let value = batch.value(slot, of: instance), value.type.isArray
        {
            EVTXText.forEachItem(value.type, window, at: Int(value.offset), length: value.count) {
                items.append(($0, $1, $2))
            }
        }
        guard !items.isEmpty else {
            appendOpen(element, instance, batch, window, to: &output)
            guard !element.content.isEmpty else {
                output.append(contentsOf: "/>".utf8)
                return
            }
            output.append(UInt8(ascii: ">"))
            for node in element.content { append(node, instance, batch, window, to: &output) }
            appendClose(element, to: &output)
            return
        }
        for (type, offset, length) in items {
            appendOpen(element, instance, batch, window, to: &output)
            output.append(UInt8(ascii: ">"))
            let start = output.count
            EVTXText.append(type, window, at: offset, length: length, to: &output)
            Self.escape(&output, from: start)
            appendClose(element, to: &output)
        }
    }

    private func appendOpen(
        _ element: RenderElement, _ instance: EVTXBatch.Instance, _ batch: EVTXBatch, _ window: RawSpan,
        to output: inout [UInt8]
    ) {
        output.append(UInt8(ascii: "<"))
        output.append(contentsOf: element.name)
        for attribute in element.attributes {
            if attribute.isOptional, case .slot(let slot)? = attribute.content.first,
                batch.value(slot, of: instance)?.isEmpty ?? true
            {
                continue
            }
            output.append(UInt8(ascii: " "))
            output.append(contentsOf: attribute.name)
            output.append(contentsOf: "=\"".utf8)
            for node in attribute.content { append(node, instance, batch, window, to: &output) }
            output.append(UInt8(ascii: "\""))
        }
    }

    private func appendClose(_ element: RenderElement, to output: inout [UInt8]) {
        output.append(contentsOf: "</".utf8)
        output.append(contentsOf: element.name)
        output.append(UInt8(ascii: ">"))
    }

    /// Escapes what was appended since `start`. A tab, line feed and carriage return stay as references so that no
    /// reader normalises them away.
    static func escape(_ output: inout [UInt8], from start: Int) {
        guard let first = output[start...].firstIndex(where: needsEscape) else { return }
        let rest = Array(output[first...])
        output.removeSubrange(first...)
        for byte in rest {
            switch byte {
            case UInt8(ascii: "&"): output.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): output.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): output.append(contentsOf: "&gt;".utf8)
            case UInt8(ascii: "\""): output.append(contentsOf: "&quot;".utf8)
            case 0x09: output.append(contentsOf: "&#9;".utf8)
            case 0x0A: output.append(contentsOf: "&#10;".utf8)
            case 0x0D: output.append(contentsOf: "&#13;".utf8)
            case 0..<0x20: output.append(contentsOf: "\u{FFFD}".utf8)
            default: output.append(byte)
            }
        }
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "&") || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">")
            || byte == UInt8(ascii: "\"")
    }
}
