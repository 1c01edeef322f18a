import Bytes

extension EVTXDecoder {
    /// Appends a record as one JSON object in the shape of `evtx_dump -o json`:
    /// `{"Event":{"#attributes":{…},"System":{…},"EventData":{…}}}`.
    ///
    /// Attributes are under `#attributes` (left out when empty), text beside them under `#text`; named `<Data>` become
    /// members, unnamed ones `"Data":{"#text":…}`; repeated siblings are numbered `x`, `x_1`; integers and booleans are
    /// JSON numbers and booleans; an empty element is null, an empty named `<Data>` is `""`. Unlike that tool, GUIDs are `{lower-case}` and times have all their
    /// seven digits, as Windows shows them.
    public func appendJSON(
        of record: EVTXBatch.Record, in batch: EVTXBatch, window: RawSpan, to output: inout [UInt8]
    ) {
        let renderer = JSONRenderer(templates: templates, record: record)
        renderer.append(record, in: batch, window, to: &output)
    }
}
