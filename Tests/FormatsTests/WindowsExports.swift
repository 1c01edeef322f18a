import Bytes
import EVTX

/// The events of a binary log as the EVTX library renders them.
enum WindowsExports {
    /// Each event as one line of XML and of JSON.
    static func rendered(_ log: [UInt8]) -> [(xml: String, json: String)] {
        guard var reader = try? EVTXReader(ByteStorage(log)) else { return [] }
        let decoder = EVTXDecoder()
        var events: [(xml: String, json: String)] = []
        while let window = try? reader.nextWindow() {
            for chunk in window.chunks {
                var batch = EVTXBatch()
                decoder.decodeChunk(window.storage.bytes, at: chunk, fileOffset: window.fileOffset, into: &batch)
                for record in batch.records {
                    var xml: [UInt8] = []
                    var json: [UInt8] = []
                    decoder.appendXML(of: record, in: batch, window: window.storage.bytes, to: &xml)
                    decoder.appendJSON(of: record, in: batch, window: window.storage.bytes, to: &json)
                    events.append((String(decoding: xml, as: UTF8.self), String(decoding: json, as: UTF8.self)))
                }
            }
        }
        return events
    }
}
