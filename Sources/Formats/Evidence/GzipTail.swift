import Bytes

/// What can still be had of a gzip file that is cut off or damaged.
///
/// The library delivers 64 KiB at a time and drops a block that it cannot complete: of a small log that was cut, all of
/// it. This reads the file again, plainly (RFC 1951, bit by bit), up to the last whole symbol before the fault.
struct GzipTail {
    /// Files of which more was delivered are not read again: what is missing is a small part then.
    static let deliveredLimit = 16 << 20
    /// Most that is read of the compressed file.
    private static let inputLimit = 32 << 20
    /// Most that is unpacked behind what was delivered.
    private static let tailLimit = 1 << 20

    /// Ends the reading: the input is at its end or makes no sense.
    private struct End: Error {}

    private let input: [UInt8]
    private var position = 0
    private var bits: UInt32 = 0
    private var bitCount: UInt32 = 0
    private var output: [UInt8] = []
    private let limit: Int

    /// The content behind its first `delivered` bytes, as far as it can be read. O(content).
    static func bytes(of path: String, behind delivered: Int) -> [UInt8] {
        guard delivered <= deliveredLimit, let file = try? MappedFile(path: path),
            let window = try? file.window(offset: 0, length: min(file.size, inputLimit))
        else { return [] }
        var input: [UInt8] = []
        input.append(window.bytes)
        var tail = GzipTail(input: input, limit: delivered + tailLimit)
        try? tail.readMembers()
        return delivered < tail.output.count ? Array(tail.output[delivered...]) : []
    }

    private init(input: [UInt8], limit: Int) {
        self.input = input
        self.limit = limit
    }

    private mutating func readMembers() throws(End) {
        while position < input.count {
            try skipHeader()
            try inflate()
            // Checksum and length.
            (bits, bitCount) = (0, 0)
            position += 8
        }
    }

    /// RFC 1952: ten bytes, then what the flags tell.
    private mutating func skipHeader() throws(End) {
        guard try byte() == 0x1F, try byte() == 0x8B, try byte() == 8 else { throw End() }
        let flags = try byte()
        position += 6
        if flags & 4 != 0 { position += Int(try byte()) | Int(try byte()) << 8 }
        if flags & 8 != 0 { while try byte() != 0 {} }
        if flags & 16 != 0 { while try byte() != 0 {} }
        if flags & 2 != 0 { position += 2 }
    }

    private mutating func byte() throws(End) -> UInt8 {
        guard position < input.count else { throw End() }
        defer { position += 1 }
        return input[position]
    }

    /// The next bits, the first one lowest.
    private mutating func take(_ count: UInt32) throws(End) -> Int {
        while bitCount < count {
            bits |= UInt32(try byte()) << bitCount
            bitCount += 8
        }
        let value = bits & ((1 << count) - 1)
        bits >>= count
        bitCount -= count
        return Int(value)
    }

    private mutating func inflate() throws(End) {
        var isLast = false
        while !isLast {
            isLast = try take(1) == 1
            switch try take(2) {
            case 0: try stored()
            case 1: try coded(Self.fixedLiterals, Self.fixedDistances)
            case 2:
                let (literals, distances) = try readCodes()
                try coded(literals, distances)
            default: throw End()
            }
        }
    }

    private mutating func stored() throws(End) {
        (bits, bitCount) = (0, 0)
        let length = Int(try byte()) | Int(try byte()) << 8
        position += 2
        for _ in 0..<length {
            guard output.count < limit else { throw End() }
            output.append(try byte())
        }
    }

    private mutating func coded(_ literals: Code, _ distances: Code) throws(End) {
        while true {
            let symbol = try next(literals)
            guard output.count < limit else { throw End() }
            if symbol < 256 {
                output.append(UInt8(symbol))
                continue
            }
            if symbol == 256 { return }
            guard symbol < 286 else { throw End() }
            let length = Self.lengthBase[symbol - 257] + (try take(Self.lengthBits[symbol - 257]))
            let far = try next(distances)
            guard far < 30 else { throw End() }
            let distance = Self.distanceBase[far] + (try take(UInt32(far < 2 ? 0 : far / 2 - 1)))
            guard distance <= output.count else { throw End() }
            for _ in 0..<length { output.append(output[output.count - distance]) }
        }
    }

    // MARK: Codes

    /// A canonical Huffman code: how many symbols have each length, and the symbols in order.
    private struct Code {
        var counts = [Int](repeating: 0, count: 16)
        var symbols: [Int]

        init(_ lengths: [Int]) {
            for length in lengths { counts[length] += 1 }
            var starts = [Int](repeating: 0, count: 17)
            for length in 1..<16 { starts[length + 1] = starts[length] + counts[length] }
            symbols = Array(repeating: 0, count: lengths.count)
            for (symbol, length) in lengths.enumerated() where length > 0 {
                symbols[starts[length]] = symbol
                starts[length] += 1
            }
        }
    }

    private mutating func next(_ code: Code) throws(End) -> Int {
        var value = 0
        var first = 0
        var index = 0
        for length in 1..<16 {
            value |= try take(1)
            let count = code.counts[length]
            if value - count < first { return code.symbols[index + value - first] }
            index += count
            first = (first + count) << 1
            value <<= 1
        }
        throw End()
    }

    private mutating func readCodes() throws(End) -> (literals: Code, distances: Code) {
        let literalCount = try take(5) + 257
        let distanceCount = try take(5) + 1
        let lengthCount = try take(4) + 4
        guard literalCount <= 286, distanceCount <= 30 else { throw End() }
        var lengths = [Int](repeating: 0, count: 19)
        for index in 0..<lengthCount { lengths[Self.lengthOrder[index]] = try take(3) }
        let code = Code(lengths)
        lengths = []
        while lengths.count < literalCount + distanceCount {
            let symbol = try next(code)
            switch symbol {
            case 0..<16: lengths.append(symbol)
            case 16:
                guard let last = lengths.last else { throw End() }
                lengths += Array(repeating: last, count: 3 + (try take(2)))
            case 17: lengths += Array(repeating: 0, count: 3 + (try take(3)))
            default: lengths += Array(repeating: 0, count: 11 + (try take(7)))
            }
        }
        guard lengths.count == literalCount + distanceCount else { throw End() }
        return (Code(Array(lengths[..<literalCount])), Code(Array(lengths[literalCount...])))
    }

    private static let fixedLiterals = Code(
        Array(repeating: 8, count: 144) + Array(repeating: 9, count: 112) + Array(repeating: 7, count: 24)
            + Array(repeating: 8, count: 8))
    private static let fixedDistances = Code(Array(repeating: 5, count: 30))
    private static let lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    private static let lengthBase = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ]
    private static let lengthBits: [UInt32] = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    private static let distanceBase = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145,
        8193, 12289, 16385, 24577,
    ]
}
