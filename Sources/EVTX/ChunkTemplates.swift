/// The templates of the current chunk by the offset of their definition: an open-addressing table that is emptied by
/// moving on to the next epoch.
struct ChunkTemplates {
    static let unreadable: Int32 = -1
    private static let capacity = 1024

    private var keys = [UInt64](repeating: 0, count: capacity)
    private var values = [Int32](repeating: 0, count: capacity)
    private var epoch: UInt64 = 1
    private var count = 0

    mutating func removeAll() {
        epoch += 1
        count = 0
    }

    /// The template of the definition at a chunk offset in a context, if it was looked up before in this chunk.
    @inline(__always)
    func find(_ offset: Int, _ context: BinXMLContext) -> Int32? {
        let key = self.key(offset, context)
        var index = Self.hash(key)
        while true {
            let found = keys[index]
            if found == key { return values[index] }
            if found >> 36 != epoch { return nil }
            index = (index + 1) & (Self.capacity - 1)
        }
    }

    mutating func insert(_ template: Int32, _ offset: Int, _ context: BinXMLContext) {
        // A crafted chunk can name more definitions than fit: begin anew, they are compiled once more at worst.
        if count >= Self.capacity / 2 { removeAll() }
        let key = self.key(offset, context)
        var index = Self.hash(key)
        while keys[index] >> 36 == epoch { index = (index + 1) & (Self.capacity - 1) }
        keys[index] = key
        values[index] = template
        count += 1
    }

    /// Epoch in the top 28 bits, 32 bits of offset, 4 of context.
    @inline(__always)
    private func key(_ offset: Int, _ context: BinXMLContext) -> UInt64 {
        epoch << 36 | UInt64(UInt32(truncatingIfNeeded: offset)) << 4 | UInt64(context.rawValue)
    }

    @inline(__always)
    private static func hash(_ key: UInt64) -> Int {
        Int(truncatingIfNeeded: ((key & 0xF_FFFF_FFFF) &* 0x9E37_79B9_7F4A_7C15) >> 54)
    }
}
