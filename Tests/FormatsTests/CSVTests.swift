import Bytes
import Events
import Testing

@testable import Formats

@Suite struct CSVTests {
    /// The records of a text, as texts.
    private static func read(_ text: String, _ reader: CSVReader) -> [[String]] {
        let storage = ByteStorage(Array(text.utf8))
        var reader = reader
        var position = 0
        var records: [[String]] = []
        while true {
            switch reader.next(storage.bytes, at: &position) {
            case .end: return records
            case .openQuote: records.append(["open quote"])
            case .record:
                records.append(
                    reader.fields.map { field in
                        var bytes: [UInt8] = []
                        reader.appendText(of: field, in: storage.bytes, to: &bytes)
                        return String(decoding: bytes, as: UTF8.self)
                    })
            }
        }
    }

    @Test(
        "fields, quotes, line ends",
        arguments: [
            ("a,b\r\nc,d", [["a", "b"], ["c", "d"]]), ("a,,\n", [["a", "", ""]]), ("\n\na\n\n", [["a"]]),
            (#""a,b","c""d""#, [["a,b", "c\"d"]]), ("\"a\nb\",c\n", [["a\nb", "c"]]), (#"a,"b,c"#, [["open quote"]]),
            (#""","#, [["", ""]]), (#"a,""#, [["open quote"]]), ("\"\",b\n", [["", "b"]]),
            (#""a "b" c",d"#, [["a \"b\" c", "d"]]),
            ("\"a\nb,c\nd,e", [["open quote"], ["b", "c"], ["d", "e"]]), ("a\rb,c\r\n", [["a\rb", "c"]]),
            ("a\"b,c", [["a\"b", "c"]]), ("\"\"\"\"\n", [["\""]]),
        ])
    func records(_ text: String, _ expected: [[String]]) {
        #expect(Self.read(text, CSVReader(delimiter: UInt8(ascii: ","))) == expected)
    }

    @Test("padded fields and quotes that end with the line")
    func padded() {
        let reader = CSVReader(delimiter: UInt8(ascii: ","), trimsSpaces: true, spansLines: false)
        #expect(
            Self.read("  a ,  \"b, c\" , \"d \"x\" e\"\r\nf, \"open\ng", reader)
                == [["a", "b, c", "d \"x\" e"], ["f", "open"], ["g"]])
    }

    @Test(
        "the header tells the delimiter", arguments: [("a,b;c,d", ","), ("a;b", ";"), ("a\tb\tc,d", "\t"), ("a", ",")])
    func delimiter(_ header: String, _ expected: String) {
        let bytes = Array(header.utf8)
        #expect(CSVReader.delimiter(ofHeader: bytes.span.bytes) == Array(expected.utf8)[0])
    }

    /// The rows of a text that is read in pieces ending at `cuts`.
    private static func rows(_ bytes: [UInt8], cutAt cuts: [Int]) -> (header: [String], rows: [[String]], defects: Int)
    {
        var table = CSVTable()
        var rows: [[String]] = []
        var start = 0
        var defects = 0
        table.begin()
        for end in cuts + [bytes.count] {
            var batch = EventBatch(base: ByteStorage(Array(bytes[start...])))
            while table.nextRow(in: 0..<(end - start), fileOffset: Int64(start), into: &batch) != nil {
                rows.append(
                    table.reader.fields.map { field in
                        var text: [UInt8] = []
                        table.reader.appendText(of: field, in: batch.base.bytes, to: &text)
                        return String(decoding: text, as: UTF8.self)
                    })
            }
            defects += batch.defects.count
            start = end
        }
        return (table.header.map { String(decoding: $0, as: UTF8.self) }, rows, defects)
    }

    @Test("a table is the same however it is cut, and skips what stands before the header")
    func cuts() {
        let bytes = Array("\u{FEFF}#TYPE x\r\nsep=;\na;\"b c\"\r\n1;\"two\n;lines\"\r\n3;4\na;b c\n5;6".utf8)
        let whole = Self.rows(bytes, cutAt: [])
        #expect(whole.header == ["a", "b c"])
        #expect(whole.rows == [["1", "two\n;lines"], ["3", "4"], ["5", "6"]])
        for cut in 0..<bytes.count {
            let pieces = Self.rows(bytes, cutAt: [cut])
            #expect(pieces.header == whole.header && pieces.rows == whole.rows, "\(cut)")
        }
        for end in 0..<bytes.count { _ = Self.rows(Array(bytes[..<end]), cutAt: []) }
    }

    @Test("a header whose quote is never closed is a defect and the next line is tried, however the table is cut")
    func brokenHeader() {
        let bytes = Array("\"a,b\nc,d\n1,2".utf8)
        for cut in 0..<bytes.count {
            let pieces = Self.rows(bytes, cutAt: [cut])
            #expect(pieces.header == ["c", "d"] && pieces.rows == [["1", "2"]] && pieces.defects == 1, "\(cut)")
        }
    }
}
