/// CRC-32 (IEEE 802.3, reflected 0xEDB88320), as in EVTX, zip and gzip.
public struct CRC32: Sendable {
    /// Tables for sixteen bytes a step: `table[256 * k + b]` is the CRC of byte `b` followed by `k` zero bytes.
    private static let table: [UInt32] = {
        var table = [UInt32](repeating: 0, count: 16 * 256)
        for byte in 0..<256 {
            var value = UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
            table[byte] = value
        }
        for slice in 1..<16 {
            for byte in 0..<256 {
                let previous = table[(slice - 1) * 256 + byte]
                table[slice * 256 + byte] = previous >> 8 ^ table[Int(previous & 255)]
            }
        }
        return table
    }()

    private var state: UInt32 = 0xFFFF_FFFF

    /// A checksum of nothing yet.
    public init() {}

    /// The checksum of `bytes`. O(n), about 2 GB/s.
    public static func checksum(_ bytes: RawSpan) -> UInt32 {
        var crc = CRC32()
        crc.update(bytes)
        return crc.value
    }

    /// Takes more bytes in.
    public mutating func update(_ bytes: RawSpan) {
        var crc = state
        // Safe: table indices are a slice number below 16 times 256 plus a byte; source offsets are checked.
        unsafe CRC32.table.withUnsafeBufferPointer { table in
            @inline(__always) func entry(_ slice: Int, _ byte: UInt64) -> UInt32 {
                unsafe table[slice * 256 + Int(byte & 255)]
            }
            var offset = 0
            while let a = bytes.uint64(at: offset), let b = bytes.uint64(at: offset + 8) {
                let x = a ^ UInt64(crc)
                let left =
                    entry(15, x) ^ entry(14, x >> 8) ^ entry(13, x >> 16) ^ entry(12, x >> 24)
                    ^ entry(11, x >> 32) ^ entry(10, x >> 40) ^ entry(9, x >> 48) ^ entry(8, x >> 56)
                let right =
                    entry(7, b) ^ entry(6, b >> 8) ^ entry(5, b >> 16) ^ entry(4, b >> 24)
                    ^ entry(3, b >> 32) ^ entry(2, b >> 40) ^ entry(1, b >> 48) ^ entry(0, b >> 56)
                crc = left ^ right
                offset += 16
            }
            while let byte = bytes.uint8(at: offset) {
                crc = crc >> 8 ^ entry(0, UInt64((crc ^ UInt32(byte)) & 255))
                offset += 1
            }
        }
        state = crc
    }

    /// The checksum of all bytes taken in so far.
    public var value: UInt32 { ~state }
}
