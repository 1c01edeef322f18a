import Bytes

extension EVTXDecoder {
    /// Appends a record as XML on one line, as Windows shows it: `<Event xmlns="…"><System>…</System>…</Event>`.
    ///
    /// Text is escaped; characters that XML 1.0 cannot hold even as references become U+FFFD. An array that is the whole
    /// content of an element repeats the element.
    public func appendXML(
        of record: EVTXBatch.Record, in batch: EVTXBatch, window: RawSpan, to output: inout [UInt8]
    ) {
        let first = Int(record.firstInstance)
        let renderer = XMLRenderer(templates: templates, instances: first..<(first + Int(record.instanceCount)))
        renderer.appendFragment(of: EVTXBatch.Instance.root, batch, window, to: &output)
    }
}
