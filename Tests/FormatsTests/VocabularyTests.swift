import Bytes
import Events
import Testing

@Suite struct VocabularyTests {
    @Test("names past the cap share one name that no rule has") func overflow() {
        var vocabulary = Vocabulary()
        let first = vocabulary.field("first")
        for index in 0..<Vocabulary.maximumNames { _ = vocabulary.field("n\(index)") }
        let extra = vocabulary.field("one more")
        #expect(extra != first)
        #expect(vocabulary.name(of: extra) == Vocabulary.overflowField)
        #expect(vocabulary.field("first") == first)
        #expect(vocabulary.fieldNames.count == Vocabulary.maximumNames)
    }

    @Test("values of every kind have a text, and slots outside the batch none") func texts() {
        let base: [UInt8] = [0x41, 0, 0x42, 0, 0xFF, 0xFF, 0xFF, 0xFF]
        let batch = EventBatch(base: ByteStorage(base))
        func text(_ offset: UInt32, _ length: UInt32, _ type: UInt8) -> String {
            batch.text(
                of: FieldSlot(
                    field: FieldID(index: 0), offset: offset, length: length, encoding: ValueEncoding(rawValue: type),
                    inArena: false))
        }
        #expect(text(0, 4, 0x01) == "AB")
        #expect(text(0, 1, 0x70) == "A")
        #expect(text(4, 4, 0x07) == "-1")
        #expect(text(4, 4, 0x08) == "4294967295")
        #expect(text(4, 4, 0x14) == "0xffffffff")
        #expect(text(4, 4, 0x0D) == "true")
        #expect(text(6, 4, 0x01) == "")
        #expect(text(.max, .max, 0x70) == "")
    }
}
