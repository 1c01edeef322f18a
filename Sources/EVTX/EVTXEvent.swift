import Bytes

/// One event of an ``EVTXLog``, with its text.
public struct EVTXEvent: Sendable {
    /// Id in the record header.
    public let id: UInt64
    /// Time in the record header, nanoseconds since 1970, UTC.
    public let nanoseconds: Int64
    /// Where the record begins in the file.
    public let fileOffset: Int64
    /// How it was found.
    public let flags: EVTXBatch.Flags
    /// All fields in document order; array items one by one.
    public let fields: [EVTXFieldValue]
    /// The event as one line of JSON; see ``EVTXDecoder/appendJSON(of:in:window:to:)``.
    public let json: String

    init(_ record: EVTXBatch.Record, in batch: EVTXBatch, window: EVTXWindow, decoder: EVTXDecoder) {
        id = record.id
        nanoseconds = WindowsTime.nanoseconds(fileTime: record.fileTime)
        fileOffset = window.fileOffset + Int64(record.offset)
        flags = record.flags
        fields = decoder.fields(of: record, in: batch, window: window.storage.bytes)
        var output: [UInt8] = []
        decoder.appendJSON(of: record, in: batch, window: window.storage.bytes, to: &output)
        json = String(decoding: output, as: UTF8.self)
    }

    /// The first value of a field, or nil when the event has none of that name.
    public subscript(name: String) -> String? { fields.first { $0.name == name }?.text }
}
