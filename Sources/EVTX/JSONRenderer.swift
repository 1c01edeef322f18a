import Bytes

/// Walks prepared definitions and values; no tree is built.
///
/// Definitions have a ``JSONProgram``; what that leaves to it, and everything when `usesPrograms` is false, is walked
/// node by node.
struct JSONRenderer {
    let templates: [EVTXTemplate]
    let instances: Range<Int>
    /// False in tests: walks everything, the plain way.
    var usesPrograms = true

    init(templates: [EVTXTemplate], record: EVTXBatch.Record) {
        self.templates = templates
        let first = Int(record.firstInstance)
        instances = first..<(first + Int(record.instanceCount))
    }

    func append(_ record: EVTXBatch.Record, in batch: EVTXBatch, _ window: RawSpan, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "{"))
        var isFirst = true
        appendMembers(of: EVTXBatch.Instance.root, batch, window, isFirst: &isFirst, to: &output)
        output.append(UInt8(ascii: "}"))
    }

    /// The elements of all instances found in one value, as members of the object that is open.
    func appendMembers(
        of parent: UInt32, _ batch: EVTXBatch, _ window: RawSpan, isFirst: inout Bool, to output: inout [UInt8]
    ) {
        for index in instances where batch.instances[index].parentValue == parent {
            let instance = batch.instances[index]
            let template = templates[Int(instance.template)]
            if usesPrograms, template.jsonProgram.isUsable {
                run(template.jsonProgram, instance, batch, window, isFirst: &isFirst, to: &output)
                continue
            }
            appendMembers(
                template.content, instance, batch, window, isFirst: &isFirst, to: &output)
        }
    }

    /// The child elements of some content as members of the object that is open.
    private func appendMembers(
        _ content: [RenderContent], _ instance: EVTXBatch.Instance, _ batch: EVTXBatch, _ window: RawSpan,
        isFirst: inout Bool, to output: inout [UInt8]
    ) {
        var hasUnnamedData = false
        for node in content {
            switch node {
            case .element(let element):
                if element.isUnnamedData {
                    if hasUnnamedData { continue }
                    hasUnnamedData = true
                }
                if !isFirst { output.append(UInt8(ascii: ",")) }
                isFirst = false
                output.append(contentsOf: element.jsonKey)
                if element.isUnnamedData {
                    appendUnnamedData(content, instance, batch, window, to: &output)
                } else {
                    appendValue(of: element, instance, batch, window, to: &output)
                }
            case .slot(let slot):
                guard let value = batch.value(slot, of: instance), value.type == .binXML else { continue }
                let index = instance.firstValue + UInt32(truncatingIfNeeded: slot)
                appendMembers(of: index, batch, window, isFirst: &isFirst, to: &output)
            default: continue
            }
        }
    }

    /// An element's value: null, a scalar, or an object.
    func appendValue(
        of element: RenderElement, _ instance: EVTXBatch.Instance, _ batch: EVTXBatch, _ window: RawSpan,
        to output: inout [UInt8]
    ) {
        var isFirst = true
        if !element.isNamedData, !element.attributes.isEmpty {
            appendAttributes(of: element, instance, batch, window, isFirst: &isFirst, to: &output)
        }
        let hasAttributes = !isFirst
        let hasElements = element.content.contains { node in
            switch node {
            case .element: true
            case .slot(let slot): batch.value(slot, of: instance)?.type == .binXML
            default: false
            }
        }
        if hasElements {
            if !hasAttributes { output.append(UInt8(ascii: "{")) }
            appendMembers(element.content, instance, batch, window, isFirst: &isFirst, to: &output)
            let start = output.count
            if !isFirst { output.append(UInt8(ascii: ",")) }
            output.append(contentsOf: "\"#text\":".utf8)
            let text = output.count
            let texts = element.content.filter { if case .element = $0 { false } else { true } }
            if !appendScalar(texts, instance, batch, window, to: &output) || isEmptyString(output, text) {
                output.removeSubrange(start...)
            }
            output.append(UInt8(ascii: "}"))
            return
        }
        let start = output.count
        if hasAttributes { output.append(contentsOf: ",\"#text\":".utf8) }
        let text = output.count
        if appendScalar(element.content, instance, batch, window, to: &output),
            element.isNamedData || !isEmptyString(output, text)
        {
            if hasAttributes { output.append(UInt8(ascii: "}")) }
        } else {
            output.removeSubrange(start...)
            // A named <Data> whose value is null is an empty text, as is one of no bytes; other elements are null.
            let empty = element.isNamedData ? "\"\"" : "null"
            output.append(contentsOf: (hasAttributes ? "}" : empty).utf8)
        }
    }

    /// Opens an object with `#attributes` unless all of them are empty; `isFirst` tells.
    private func appendAttributes(
        of element: RenderElement, _ instance: EVTXBatch.Instance, _ batch: EVTXBatch, _ window: RawSpan,
        isFirst: inout Bool, to output: inout [UInt8]
    ) {
        for attribute in element.attributes {
            let start = output.count
            if isFirst {
                output.append(contentsOf: Self.attributesOpen)
            } else {
                output.append(UInt8(ascii: ","))
            }
            output.append(contentsOf: attribute.jsonKey)
            let text = output.count
            if appendScalar(attribute.content, instance, batch, window, to: &output), !isEmptyString(output, text) {
                isFirst = false
            } else {
                output.removeSubrange(start...)
            }
        }
        if !isFirst { output.append(UInt8(ascii: "}")) }
    }

    /// All unnamed `<Data>` of an `<EventData>` together: `{"#text":"one"}` or `{"#text":["one","two"]}`.
    func appendUnnamedData(
        _ content: [RenderContent], _ instance: EVTXBatch.Instance, _ batch: EVTXBatch, _ window: RawSpan,
        to output: inout [UInt8]
    ) {
        output.append(contentsOf: "{\"#text\":".utf8)
        let start = output.count
        var count = 0
        func item(_ body: (inout [UInt8]) -> Bool) {
            output.append(UInt8(ascii: ","))
            if !body(&output) { output.append(contentsOf: "\"\"".utf8) }
            count += 1
        }
        for case .element(let element) in content where element.isUnnamedData {
            if element.content.count == 1, case .slot(let slot) = element.content[0],
                let value = batch.value(slot, of: instance), value.type.isArray
            {
                EVTXText.forEachItem(value.type, window, at: Int(value.offset), length: value.count) {
                    type, at, length in
                    item { Self.appendScalar(type, window, at: at, length: length, to: &$0) }
                }
            } else {
                item { appendScalar(element.content, instance, batch, window, to: &$0) }
            }
        }
        switch count {
        case 0:
            output.append(contentsOf: "null".utf8)
        case 1:
            output.remove(at: start)
        default:
            output[start] = UInt8(ascii: "[")
            output.append(UInt8(ascii: "]"))
        }
        output.append(UInt8(ascii: "}"))
    }

    /// Whether what was appended since `start` is `""`.
    func isEmptyString(_ output: [UInt8], _ start: Int) -> Bool {
        output.count == start + 2 && output[start] == UInt8(ascii: "\"")
    }

    static let attributesOpen = Array("{\"#attributes\":{".utf8)
    static let textKey = Array(",\"#text\":".utf8)
    static let null = Array("null".utf8)
    static let emptyString = Array("\"\"".utf8)

    // MARK: Scalars

    /// The text of some content as a JSON value; false, and nothing appended, when there is none.
    private func appendScalar(
        _ content: [RenderContent], _ instance: EVTXBatch.Instance, _ batch: EVTXBatch, _ window: RawSpan,
        to output: inout [UInt8]
    ) -> Bool {
        if content.count == 1 {
            switch content[0] {
            case .slot(let slot):
                guard let value = batch.value(slot, of: instance), value.type != .binXML else { return false }
                return Self.appendScalar(
                    value.type, window, at: Int(value.offset), length: value.count, to: &output)
            case .value(let type, let storage):
                return Self.appendScalar(type, storage.bytes, at: 0, length: storage.count, to: &output)
            default: break
            }
        }
        let start = output.count
        output.append(UInt8(ascii: "\""))
        for node in content {
            switch node {
            case .text(let text): output.append(contentsOf: text)
            case .slot(let slot):
                if let value = batch.value(slot, of: instance) { EVTXText.append(value, in: window, to: &output) }
            case .value(let type, let storage):
                EVTXText.append(type, storage.bytes, at: 0, length: storage.count, to: &output)
            case .element, .instruction: break
            }
        }
        guard output.count > start + 1 else {
            output.removeSubrange(start...)
            return false
        }
        BytesText.escapeJSON(&output, from: start + 1)
        output.append(UInt8(ascii: "\""))
        return true
    }

    /// One value as JSON; false, and nothing appended, when it is null or empty.
    static func appendScalar(
        _ type: EVTXValueType, _ window: RawSpan, at offset: Int, length: Int, to output: inout [UInt8]
    ) -> Bool {
        if length == 0, type == .string {
            output.append(contentsOf: "\"\"".utf8)
            return true
        }
        guard length > 0, type != .null else { return false }
        if type.isArray {
            appendArray(type, window, at: offset, length: length, to: &output)
            return true
        }
        switch type {
        case .int8, .uint8, .int16, .uint16, .int32, .uint32, .int64, .uint64, .bool:
            let start = output.count
            EVTXText.append(type, window, at: offset, length: length, to: &output)
            return output.count > start
        case .float, .double:
            let start = output.count
            EVTXText.append(type, window, at: offset, length: length, to: &output)
            // JSON has neither infinities nor NaN.
            guard let last = output.last, output.count > start, last &- 0x30 >= 10 else { return output.count > start }
            output.insert(UInt8(ascii: "\""), at: start)
            output.append(UInt8(ascii: "\""))
            return true
        case .string, .ansiString:
            output.append(UInt8(ascii: "\""))
            let start = output.count
            EVTXText.append(type, window, at: offset, length: length, to: &output)
            BytesText.escapeJSON(&output, from: start)
            output.append(UInt8(ascii: "\""))
            return true
        default:
            output.append(UInt8(ascii: "\""))
            EVTXText.append(type, window, at: offset, length: length, to: &output)
            output.append(UInt8(ascii: "\""))
            return true
        }
    }

    private static func appendArray(
        _ type: EVTXValueType, _ window: RawSpan, at offset: Int, length: Int, to output: inout [UInt8]
    ) {
        output.append(UInt8(ascii: "["))
        let start = output.count
        EVTXText.forEachItem(type, window, at: offset, length: length) { type, offset, length in
            if output.count > start { output.append(UInt8(ascii: ",")) }
            if !appendScalar(type, window, at: offset, length: length, to: &output) {
                output.append(contentsOf: "\"\"".utf8)
            }
        }
        output.append(UInt8(ascii: "]"))
    }
}
