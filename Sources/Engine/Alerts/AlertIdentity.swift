import Bytes
import Crypto

/// The deterministic id of an alert: the first 16 bytes of SHA-256 over what makes it what it is.
///
/// For one event: the rule and the raw record; where the record is a file, also the container it lies in, since the same file in
/// two containers is two things that happened. For a correlation: the rule and the ids of its members. Neither the path
/// nor the position counts, so that a copied log or a live stream gives the same ids.
enum AlertIdentity {
    /// SHA-256 of a raw record.
    static func hash(_ bytes: RawSpan) -> [UInt8] {
        // A copy: the hash function takes bytes it can iterate, and spans are not that yet.
        var copy: [UInt8] = []
        copy.reserveCapacity(bytes.byteCount)
        copy.append(bytes)
        return Array(SHA256.hash(data: copy))
    }

    /// The id of one rule on one record; `place` is empty but for files in containers.
    static func id(rule: String, rawHash: [UInt8], place: String = "") -> String {
        digest(Array(rule.utf8) + [0] + rawHash + Array(place.utf8))
    }

    /// The id of a correlation over members.
    static func id(correlation rule: String, members: [String]) -> String {
        digest(Array((rule + "\0" + members.joined(separator: "\0")).utf8))
    }

    private static func digest(_ bytes: [UInt8]) -> String {
        hex(SHA256.hash(data: bytes).prefix(16))
    }

    /// Lower-case hex digits.
    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
