/// About how many different texts were met, whatever their order and however often: HyperLogLog with 1024 registers,
/// good to about 3 % (Flajolet et al. 2007), with linear counting for few.
struct DistinctCount: Hashable, Sendable, Codable {
    private static let bits = 10
    private var registers = [UInt8](repeating: 0, count: 1 << DistinctCount.bits)

    /// Takes in a text of several parts. O(bytes).
    mutating func add(_ parts: String...) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for part in parts {
            for byte in part.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
            hash = (hash ^ 0xFF) &* 0x0000_0100_0000_01B3
        }
        // FNV leaves the high bits poor: mix (SplitMix64).
        hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
        hash ^= hash >> 31
        let index = Int(hash >> UInt64(64 - DistinctCount.bits))
        let rank = UInt8(min((hash << UInt64(DistinctCount.bits)).leadingZeroBitCount, 64 - DistinctCount.bits) + 1)
        registers[index] = max(registers[index], rank)
    }

    mutating func merge(_ other: DistinctCount) {
        for index in registers.indices where index < other.registers.count {
            registers[index] = max(registers[index], other.registers[index])
        }
    }

    /// The number, about. O(registers).
    var estimate: Int {
        let count = Double(registers.count)
        let sum = registers.reduce(0.0) { $0 + 1 / Double(UInt64(1) << UInt64(min($1, 63))) }
        let raw = 0.7213 / (1 + 1.079 / count) * count * count / sum
        let empty = registers.count { $0 == 0 }
        guard raw <= 2.5 * count, empty > 0 else { return Int(raw) }
        return Int((count * DistinctCount.logarithm(count / Double(empty))).rounded())
    }

    /// The natural logarithm for 1 ... 1024, by halving and the series of atanh: no other part of this room needs a library.
    private static func logarithm(_ value: Double) -> Double {
        var (value, result) = (value, 0.0)
        while value > 1.5 {
            value /= 2
            result += 0.693_147_180_559_945_3
        }
        let ratio = (value - 1) / (value + 1)
        var (power, sum) = (ratio, 0.0)
        for odd in stride(from: 1.0, to: 20, by: 2) {
            sum += power / odd
            power *= ratio * ratio
        }
        return result + 2 * sum
    }
}
