import Bytes

extension JSONRenderer {
    /// Runs a program: appends its members to the object that is open.
    func run(
        _ program: JSONProgram, _ instance: EVTXBatch.Instance, _ batch: EVTXBatch, _ window: RawSpan,
        isFirst: inout Bool, to output: inout [UInt8]
    ) {
        guard !program.isEmpty else { return }
        if !isFirst { output.append(UInt8(ascii: ",")) }
        isFirst = false
        for step in program.steps {
            switch step {
            case .literal(let start, let count):
                output.append(program.pool, from: Int(start), count: Int(count))
            case .value(let slot, let isNamedData):
                appendValue(of: Int(slot), isNamedData: isNamedData, instance, batch, window, to: &output)
            case .attributes(let first, let count, let text):
                let range = Int(first)..<(Int(first) + Int(count))
                appendAttributes(program, range, text: Int(text), instance, batch, window, to: &output)
            case .members(let slot):
                appendSlotMembers(Int(slot), instance, batch, window, to: &output)
            case .element(let index):
                appendValue(of: program.elements[Int(index)], instance, batch, window, to: &output)
            case .unnamedData(let index):
                appendUnnamedData(program.lists[Int(index)], instance, batch, window, to: &output)
            }
        }
    }

    /// A slot as the whole value of an element without attributes.
    @inline(__always)
    private func appendValue(
        of slot: Int, isNamedData: Bool, _ instance: EVTXBatch.Instance, _ batch: EVTXBatch, _ window: RawSpan,
        to output: inout [UInt8]
    ) {
        if let value = batch.value(slot, of: instance) {
            if value.type == .binXML {
                var isFirst = true
                output.append(UInt8(ascii: "{"))
                let index = instance.firstValue + UInt32(truncatingIfNeeded: slot)
                appendMembers(of: index, batch, window, isFirst: &isFirst, to: &output)
                return output.append(UInt8(ascii: "}"))
            }
            let start = output.count
            if Self.appendScalar(value.type, window, at: Int(value.offset), length: value.count, to: &output) {
                guard !isNamedData, isEmptyString(output, start) else { return }
                output.removeLast(2)
            }
        }
        output.append(contentsOf: isNamedData ? Self.emptyString : Self.null)
    }

    /// An element's attributes, those that are not empty, and its text.
    private func appendAttributes(
        _ program: JSONProgram, _ range: Range<Int>, text: Int, _ instance: EVTXBatch.Instance, _ batch: EVTXBatch,
        _ window: RawSpan, to output: inout [UInt8]
    ) {
        var isFirst = true
        for index in range {
            let attribute = program.attributes[index]
            guard let value = batch.value(Int(attribute.slot), of: instance), !value.isEmpty, value.type != .binXML
            else { continue }
            let start = output.count
            if isFirst {
                output.append(contentsOf: Self.attributesOpen)
            } else {
                output.append(UInt8(ascii: ","))
            }
            output.append(program.pool, from: Int(attribute.start), count: Int(attribute.count))
            let text = output.count
            if Self.appendScalar(value.type, window, at: Int(value.offset), length: value.count, to: &output),
                !isEmptyString(output, text)
            {
                isFirst = false
            } else {
                output.removeLast(output.count - start)
            }
        }
        if isFirst {
            if text < 0 { return output.append(contentsOf: Self.null) }
            return appendValue(of: text, isNamedData: false, instance, batch, window, to: &output)
        }
        output.append(UInt8(ascii: "}"))
        guard text >= 0, let value = batch.value(text, of: instance) else {
            return output.append(UInt8(ascii: "}"))
        }
        if value.type == .binXML {
            isFirst = false
            let index = instance.firstValue + UInt32(truncatingIfNeeded: text)
            appendMembers(of: index, batch, window, isFirst: &isFirst, to: &output)
            return output.append(UInt8(ascii: "}"))
        }
        appendText(value, window, to: &output)
        output.append(UInt8(ascii: "}"))
    }

    /// A slot beside elements: the elements of its fragment, or text.
    private func appendSlotMembers(
        _ slot: Int, _ instance: EVTXBatch.Instance, _ batch: EVTXBatch, _ window: RawSpan, to output: inout [UInt8]
    ) {
        guard let value = batch.value(slot, of: instance) else { return }
        guard value.type == .binXML else { return appendText(value, window, to: &output) }
        var isFirst = false
        let index = instance.firstValue + UInt32(truncatingIfNeeded: slot)
        appendMembers(of: index, batch, window, isFirst: &isFirst, to: &output)
    }

    /// `,"#text":` and a value, unless it is empty.
    private func appendText(_ value: EVTXValue, _ window: RawSpan, to output: inout [UInt8]) {
        let start = output.count
        output.append(contentsOf: Self.textKey)
        let text = output.count
        if !Self.appendScalar(value.type, window, at: Int(value.offset), length: value.count, to: &output)
            || isEmptyString(output, text)
        {
            output.removeLast(output.count - start)
        }
    }
}
