import Bytes

extension EventBatch {
    /// Appends the text of a value as UTF-8, as Windows or the log's writer shows it: the same text that rules are matched
    /// against. Nothing for values of no bytes. O(length).
    public func appendText(of slot: FieldSlot, to output: inout [UInt8]) {
        withBytes(of: slot) { bytes in
            if slot.encoding == .utf8 {
                output.append(bytes)
            } else {
                BinXMLText.append(
                    BinXMLValueType(rawValue: slot.encoding.rawValue), bytes, at: 0, length: bytes.byteCount,
                    to: &output)
            }
        }
    }

    /// The text of a value; for reports and tests, not for hot loops.
    public func text(of slot: FieldSlot) -> String {
        var bytes: [UInt8] = []
        appendText(of: slot, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
