import Bytes

/// Object keys of JSON.
enum JSONKey {
    /// `"name":`, escaped.
    static func bytes(_ name: String) -> [UInt8] {
        var result: [UInt8] = [UInt8(ascii: "\"")]
        result.append(contentsOf: name.utf8)
        BytesText.escapeJSON(&result, from: 1)
        result.append(UInt8(ascii: "\""))
        result.append(UInt8(ascii: ":"))
        return result
    }
}
