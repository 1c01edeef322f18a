import Bytes

extension EVTXDecoder {
    /// Appends the text of one field of one instance; nothing when it is null. An array's items are joined by `, `.
    public func appendText(
        of field: EVTXField, _ instance: EVTXBatch.Instance, in batch: EVTXBatch, window: RawSpan,
        to output: inout [UInt8]
    ) {
        switch field.content {
        case .literal(let text): output.append(contentsOf: text)
        case .slot(let slot):
            if let value = batch.value(slot, of: instance) { EVTXText.append(value, in: window, to: &output) }
        case .pieces(let pieces):
            for piece in pieces {
                switch piece {
                case .literal(let text): output.append(contentsOf: text)
                case .slot(let slot):
                    if let value = batch.value(slot, of: instance) { EVTXText.append(value, in: window, to: &output) }
                }
            }
        }
    }

    /// All fields of a record in document order, flattened, with their text; array items one by one.
    public func fields(of record: EVTXBatch.Record, in batch: EVTXBatch, window: RawSpan) -> [EVTXFieldValue] {
        var result: [EVTXFieldValue] = []
        var text: [UInt8] = []
        let first = Int(record.firstInstance)
        for instance in batch.instances[first..<(first + Int(record.instanceCount))] {
            for field in templates[Int(instance.template)].fields {
                func add() {
                    result.append(
                        EVTXFieldValue(
                            name: field.name, section: field.section, text: String(decoding: text, as: UTF8.self)))
                    text.removeAll(keepingCapacity: true)
                }
                if field.slot >= 0, let value = batch.value(field.slot, of: instance) {
                    if value.type == .binXML || (field.isAbsentWhenNull && value.isEmpty) { continue }
                    if value.type.isArray, !field.isAttribute {
                        var items = 0
                        EVTXText.forEachItem(value.type, window, at: Int(value.offset), length: value.count) {
                            EVTXText.append($0, window, at: $1, length: $2, to: &text)
                            add()
                            items += 1
                        }
                        if items > 0 { continue }
                    }
                } else if field.slot >= 0, field.isAbsentWhenNull {
                    continue
                }
                appendText(of: field, instance, in: batch, window: window, to: &text)
                add()
            }
        }
        return result
    }
}

extension EVTXBatch {
    /// The value in a slot of an instance, or nil when the instance has fewer.
    @inlinable @inline(__always)
    public func value(_ slot: Int, of instance: Instance) -> EVTXValue? {
        slot >= 0 && slot < Int(instance.valueCount) ? values[Int(instance.firstValue) + slot] : nil
    }
}
