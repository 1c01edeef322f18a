import Bytes
import Events
import Testing

@testable import Formats

/// Broken and hostile exports: nothing crashes, and every value lies in its batch.
@Suite struct WindowsHostileTests {
    private static let texts: [String] = {
        let xml = WindowsShapesTests.sources.map(\.xml).joined(separator: "\n")
        let json = WindowsShapesTests.sources.map(\.json).joined(separator: "\n")
        let text =
            "07/20/2022 07:01:34 AM\nLogName=Security\nEventCode=4688\nMessage=x\n\nSubject:\n\tSecurity ID:\t\tS\n\nProcess Information:\n\tProcess Command Line:\ta\n"
        let table =
            "\"Message\",\"Id\",\"ProviderName\",\"LogName\",\"TimeCreated\"\n\"a\nImage: b\",\"1\",\"Microsoft-Windows-Sysmon\",\"C\",\"10/18/2020 9:50:06 AM\"\n"
        return [xml, json, text, table]
    }()

    private static func decode<F: Format>(_ format: F.Type, _ bytes: [UInt8]) {
        var decoder = F()
        var vocabulary = Vocabulary()
        var batch = EventBatch(base: ByteStorage(bytes))
        decoder.begin(SourceFacts())
        decoder.decode(0..<bytes.count, fileOffset: 0, into: &batch, vocabulary: &vocabulary)
        decoder.finish(into: &batch, vocabulary: &vocabulary)
        for slot in batch.slots {
            let end = Int(slot.offset) + Int(slot.length)
            #expect(end <= (slot.inArena ? batch.arena.count : bytes.count))
        }
        for head in batch.events { #expect(Int(head.firstSlot + head.slotCount) <= batch.slots.count) }
    }

    @Test("mutations of every shape", arguments: 0..<4) func mutations(_ index: Int) {
        var random = SplitMix(state: UInt64(index) + 11)
        let whole = Array(Self.texts[index].utf8)
        let interesting: [UInt8] = Array("<>&;\"'/=![]{}:,\\\r\n\t \0\u{FF}".utf8)
        for _ in 0..<150 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes[place] = interesting[Int.random(in: 0..<interesting.count, using: &random)]
                case 2: bytes.remove(at: place)
                default: bytes.insert(interesting[Int.random(in: 0..<interesting.count, using: &random)], at: place)
                }
            }
            switch index {
            case 0: Self.decode(WindowsXMLFormat.self, bytes)
            case 1: Self.decode(NDJSONFormat.self, bytes)
            case 2: Self.decode(WindowsTextFormat.self, bytes)
            default: Self.decode(WindowsCSVFormat<PowerShellTable>.self, bytes)
            }
        }
    }
}
