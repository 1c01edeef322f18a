import Events

extension ByteRecordWriter {
    /// A container, or that there is none.
    mutating func append(_ container: AlertContainer?) {
        guard let container else { return append(UInt8(0)) }
        append(UInt8(1))
        for text in [
            container.id, container.name, container.image, container.isolation, container.privileged,
            container.platform, container.user,
        ] {
            append(text)
        }
        append(Int32(container.confidence))
        append(container.evidence)
        append(container.reasons)
    }

    /// Fields with their values.
    mutating func append(_ fields: [AlertField]) {
        append(UInt32(fields.count))
        for field in fields {
            append(field.name)
            append(field.values)
        }
    }

    /// The place of a record.
    mutating func append(_ place: RecordPlace) {
        append(place.path)
        append(place.record)
        append(place.offset)
        append(Int64(place.length))
        append(place.eventRecordID)
    }
}

extension ByteRecordReader {
    mutating func container() -> AlertContainer? {
        guard integer(UInt8.self) == 1 else { return nil }
        var container = AlertContainer(id: text())
        container.name = text()
        container.image = text()
        container.isolation = text()
        container.privileged = text()
        container.platform = text()
        container.user = text()
        container.confidence = Int(integer(Int32.self))
        container.evidence = texts()
        container.reasons = texts()
        return container
    }

    mutating func fields() -> [AlertField] {
        list {
            let name = $0.text()
            return AlertField(name: name, values: $0.texts())
        }
    }

    mutating func place() -> RecordPlace {
        RecordPlace(
            path: text(), record: integer(), offset: integer(), length: Int(integer(Int64.self)),
            eventRecordID: integer())
    }
}
