import Bytes
import Crypto

/// SHA-256 of a mapped file, piece by piece.
enum FileHash {
    private static let piece = 1 << 20

    /// Lower-case hexadecimal. O(bytes); memory of one piece.
    static func hex(of storage: ByteStorage) -> String {
        var hash = SHA256()
        var bytes: [UInt8] = []
        var offset = 0
        while offset < storage.count {
            let length = min(piece, storage.count - offset)
            guard let slice = storage.bytes.slice(at: offset, length: length) else { break }
            bytes.removeAll(keepingCapacity: true)
            bytes.append(slice)
            hash.update(data: bytes)
            offset += length
        }
        return AlertIdentity.hex(hash.finalize())
    }
}
