import Bytes
import Testing

@testable import EVTX

/// Logs that are broken in every way: all that is readable is delivered, all that is lost is counted with its place.
@Suite struct DamageTests {
    private static let chunk = 65_536

    private func put(_ value: UInt32, at offset: Int, in bytes: inout [UInt8]) {
        for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * index)) }
    }

    private func word(_ offset: Int, _ bytes: [UInt8]) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) }
    }

    /// File offsets of the records of the first chunk.
    private func recordOffsets(_ bytes: [UInt8], chunk: Int = 0) -> [Int] {
        var offsets: [Int] = []
        var position = 4096 + chunk * Self.chunk + 512
        while position + 8 <= bytes.count, word(position, bytes) == 0x2A2A {
            offsets.append(position)
            position += Int(word(position + 4, bytes))
        }
        return offsets
    }

    private func simple(_ count: Int) throws -> [UInt8] {
        try Samples.log((0..<count).map { [("N", .uint32(UInt32($0)))] })
    }

    @Test func aLogCutAtAnyByteGivesItsWholeRecordsAndAPlace() throws {
        let whole = try simple(3)
        let offsets = recordOffsets(whole)
        let used = try #require(offsets.last) + 400
        for length in 0..<used {
            let cut = Array(whole[0..<length])
            guard length > 4096 || length >= 128 else {
                #expect(throws: EVTXError.self) { _ = try Decoded(cut) }
                continue
            }
            let log = try Decoded(cut)
            let complete = offsets.filter { $0 + Int(word($0 + 4, whole)) <= length }.count
            #expect(log.records.count >= complete, "cut at \(length)")
            #expect(log.records.filter { $0.flags.isEmpty }.count == complete, "cut at \(length)")
            #expect(log.defects.contains { $0.code == .truncatedChunk || $0.code == .chunkMagic }, "cut at \(length)")
        }
    }

    @Test func everyByteMayBeWrong() throws {
        let whole = try Samples.variedLog(records: 5)
        let used = try #require(recordOffsets(whole).last) + 1000
        var random = SplitMix64(state: 9)
        for offset in 4096..<used {
            var bytes = Array(whole[0..<min(whole.count, used + 512)])
            bytes[offset] ^= UInt8(truncatingIfNeeded: 1 + random.next() % 255)
            // No crash, no hang; what is delivered is text.
            _ = try Decoded(bytes)
        }
    }

    @Test func wrongChecksumsAreReportedAndCostNothing() throws {
        var bytes = try simple(4)
        bytes[124] ^= 1
        bytes[4096 + 124] ^= 1
        bytes[4096 + 52] ^= 1
        let log = try Decoded(bytes)
        #expect(log.records.count == 4)
        #expect(log.codes == [.fileHeaderChecksum, .chunkHeaderChecksum, .chunkDataChecksum])
        #expect(log.defects.map(\.fileOffset) == [124, 4096, 4096])
        #expect(log.defects.allSatisfy { !$0.isLoss })
        var options = EVTXDecoder.Options()
        options.verifiesDataChecksums = false
        #expect(try Decoded(bytes, options: options).codes == [.fileHeaderChecksum, .chunkHeaderChecksum])
    }

    @Test func aDirtyLogIsReadByTheFilesLengthNotByItsCounts() throws {
        var bytes = try Samples.variedLog(records: 500)
        let all = try Decoded(bytes).records
        put(1, at: 120, in: &bytes)
        for offset in 8..<32 { bytes[offset] = 0 }
        bytes[42] = 0
        put(CRC32.checksum(ByteStorage(Array(bytes[0..<120])).bytes), at: 124, in: &bytes)
        let log = try Decoded(bytes)
        #expect(log.records == all)
        #expect(log.codes == [.dirty])
    }

    @Test func recordsWrittenAfterTheHeaderWasSavedAreDelivered() throws {
        var bytes = try simple(4)
        let offsets = recordOffsets(bytes)
        put(UInt32(offsets[2] - 4096), at: 4096 + 48, in: &bytes)
        let log = try Decoded(bytes)
        #expect(log.records.count == 4)
        #expect(log.codes.filter { $0 == .beyondFreeSpace }.count == 2)
    }

    @Test func aChunkWithoutItsHeaderIsStillRead() throws {
        var bytes = try Samples.variedLog(records: 400)
        let all = try Decoded(bytes).records
        for offset in 0..<512 { bytes[4096 + Self.chunk + offset] = 0 }
        let log = try Decoded(bytes)
        #expect(log.records == all)
        #expect(log.codes == [.chunkMagic])
        #expect(log.defects.first?.fileOffset == Int64(4096 + Self.chunk))
    }

    @Test func chunksThatMovedAreFound() throws {
        let bytes = try Samples.variedLog(records: 600)
        let all = try Decoded(bytes).records
        let second = 4096 + Self.chunk
        let inserted = Array(bytes[0..<second]) + [UInt8](repeating: 0x55, count: 777) + Array(bytes[second...])
        let later = try Decoded(inserted)
        #expect(later.records == all)
        #expect(later.codes.contains(.chunkMisplaced))
        // Bytes cut from a chunk's end: the next one begins early.
        let removed = Array(bytes[0..<(second - 3000)]) + Array(bytes[second...])
        let earlier = try Decoded(removed)
        #expect(earlier.codes.contains(.chunkMisplaced))
        let lost = Set(all.map(\.id)).subtracting(earlier.records.map(\.id))
        let inCut = Set(
            recordOffsets(bytes).enumerated().filter { $0.1 > second - 3000 - 1500 }.map { UInt64($0.0 + 1) })
        #expect(lost.isSubset(of: inCut))
    }

    @Test func aWrongRecordSizeCostsOnlyThatRecordAtMost() throws {
        for size: UInt32 in [0, 1, 27, 70_000, 0x7FFF_FFFF, 0xFFFF_FFFF] {
            var bytes = try simple(5)
            let offsets = recordOffsets(bytes)
            put(size, at: offsets[2] + 4, in: &bytes)
            let log = try Decoded(bytes)
            #expect(log.records.map { $0.texts("N") } == (0..<5).map { ["\($0)"] }, "size \(size)")
            #expect(log.codes.contains(.recordSize))
            #expect(log.defects.first { $0.code == .recordSize }?.fileOffset == Int64(offsets[2]))
        }
    }

    @Test func garbageBetweenRecordsIsSkippedAndCounted() throws {
        var bytes = try simple(5)
        let offsets = recordOffsets(bytes)
        for offset in offsets[1]..<offsets[2] { bytes[offset] = 0x99 }
        let log = try Decoded(bytes)
        #expect(log.records.map { $0.texts("N") } == [0, 2, 3, 4].map { ["\($0)"] })
        #expect(log.codes.filter { $0 == .gap }.count == 1)
    }

    @Test func aLostDefinitionIsBorrowedFromAnotherChunk() throws {
        var writer = EVTXWriter()
        for index in 0..<3 {
            try writer.add(.init(system: Samples.system, eventData: [("N", .uint32(UInt32(index)))]))
        }
        writer.closeChunk()
        for index in 3..<6 {
            try writer.add(.init(system: Samples.system, eventData: [("N", .uint32(UInt32(index)))]))
        }
        var bytes = writer.finish()
        let first = recordOffsets(bytes, chunk: 1)[0]
        // The first record of the second chunk holds both definitions: destroy its body.
        for offset in (first + 60)..<(first + 300) { bytes[offset] = 0xEE }
        let log = try Decoded(bytes)
        #expect(log.records.filter { $0.flags.isEmpty || $0.flags == .incomplete }.count >= 5)
        #expect(log.records.suffix(2).map { $0.texts("N") } == [["4"], ["5"]])
        #expect(log.codes.contains(.templateBorrowed))
        // Nothing to borrow from: counted as lost, with the place of the definition.
        let alone = Array(bytes[0..<4096]) + Array(bytes[(4096 + Self.chunk)...])
        let lonely = try Decoded(alone)
        #expect(lonely.codes.filter { $0 == .templateMissing }.count >= 2)
        #expect(lonely.defects.contains { $0.isLoss })
    }

    @Test func recoveryFindsRecordsInUnusedSpace() throws {
        var bytes = try simple(6)
        let offsets = recordOffsets(bytes)
        // As after a wrap: the header ends before old records, whose ids do not follow on.
        put(UInt32(offsets[3] - 4096), at: 4096 + 48, in: &bytes)
        bytes[offsets[3] + 8] = 77
        #expect(try Decoded(bytes).records.count == 3)
        var options = EVTXDecoder.Options()
        options.recovers = true
        let log = try Decoded(bytes, options: options)
        #expect(log.records.map { $0.texts("N") } == (0..<6).map { ["\($0)"] })
        #expect(log.records.map(\.flags) == [[], [], [], .carved, .carved, .carved])
        #expect(log.codes.filter { $0 == .carved }.count == 3)
    }

    @Test func unusedChunksAreNoDefects() throws {
        let bytes = try simple(2)
        let log = try Decoded(bytes + [UInt8](repeating: 0, count: 3 * Self.chunk))
        #expect(log.records.count == 2)
        #expect(log.defects == [])
    }

    @Test func whatIsNoLogIsRefusedWithAReason() throws {
        let old = [0x30, 0, 0, 0, 0x4C, 0x66, 0x4C, 0x65] + [UInt8](repeating: 0, count: 5000)
        for (bytes, reason) in [
            (old, "Windows XP"), ([], "too few"), (Array("CRIM".utf8) + [UInt8](repeating: 0, count: 5000), "manifest"),
            ([UInt8](repeating: 0, count: 70_000), "no file header"),
        ] {
            let error = #expect(throws: EVTXError.self) { _ = try EVTXReader(ByteStorage(bytes)) }
            #expect("\(String(describing: error))".contains(reason))
        }
    }

    @Test func aLogWithoutItsFileHeaderIsRead() throws {
        var bytes = try simple(2)
        for offset in 0..<4096 { bytes[offset] = 0 }
        #expect(try Decoded(bytes).codes == [.fileHeaderMagic])
        #expect(try Decoded(Array(bytes[4096...])).records.count == 2)
    }
}
