import Archives
import Bytes
import Foundation
import Testing

@testable import Formats

@Suite struct UTF16Tests {
    typealias Folder = EvidenceTests.Folder

    static func encoded(_ text: String, bigEndian: Bool, mark: Bool) -> [UInt8] {
        ((mark ? [0xFEFF] : []) + Array(text.utf16)).flatMap { unit -> [UInt8] in
            let bytes = [UInt8(truncatingIfNeeded: unit), UInt8(unit >> 8)]
            return bigEndian ? bytes.reversed() : bytes
        }
    }

    static let text = "{\"n\":\"zero\"}\r\n{\"n\":\"Grüße 日本 😀\"}\r\n{\"n\":\"last, without newline\"}"

    @Test("UTF-16 is read like UTF-8", arguments: [false, true], [false, true]) func variants(big: Bool, mark: Bool)
        throws
    {
        let folder = try Folder()
        try folder.write("a.json", bytes: Self.encoded(Self.text, bigEndian: big, mark: mark))
        let evidence = folder.evidence("a.json")
        #expect(evidence.defects.isEmpty)
        #expect(evidence.sources.map(\.wrapping) == [[big ? "utf-16be" : "utf-16le"]])
        #expect(evidence.sources[0].size == Int64(Self.text.utf8.count))
        #expect(try evidence.values("n") == ["zero", "Grüße 日本 😀", "last, without newline"])
    }

    @Test("UTF-16 within an archive is read too") func packed() throws {
        let folder = try Folder()
        let bytes = Self.encoded(Self.text, bigEndian: false, mark: true)
        try folder.archive("a.json.gz", [.gzip], [("", bytes)])
        try folder.archive("b.zip", [.zip], [("b.json", bytes)])
        let evidence = folder.evidence()
        #expect(evidence.sources.map(\.wrapping) == [["gzip", "utf-16le"], ["zip", "utf-16le"]])
        #expect(try evidence.values("n").count == 6)
    }

    @Test("UTF-8 with a mark, CRLF and no newline at the end") func utf8() throws {
        let folder = try Folder()
        try folder.write("a.json", bytes: [0xEF, 0xBB, 0xBF] + Array(Self.text.utf8))
        let evidence = folder.evidence("a.json")
        #expect(evidence.sources.map(\.wrapping) == [[]])
        #expect(try evidence.values("n") == ["zero", "Grüße 日本 😀", "last, without newline"])
    }

    @Test("unpaired surrogates and half a unit at the end are counted") func broken() throws {
        let folder = try Folder()
        var bytes = Self.encoded("{\"n\":\"a\"}\n{\"n\":\"b?c?\"}\n", bigEndian: false, mark: true)
        let marks = bytes.indices.filter { bytes[$0] == UInt8(ascii: "?") }
        (bytes[marks[0]], bytes[marks[0] + 1]) = (0x00, 0xDC)
        (bytes[marks[1]], bytes[marks[1] + 1]) = (0x3D, 0xD8)
        try folder.write("a.json", bytes: bytes + [0x41])
        let evidence = folder.evidence("a.json")
        #expect(evidence.defects.map(\.code) == ["utf-16-unpaired", "utf-16-cut"])
        #expect(evidence.defects[0].detail == "2 unpaired surrogates became U+FFFD")
        #expect(evidence.defects[0].offset == Int64(marks[0]))
        #expect(try evidence.values("n") == ["a", "b\u{FFFD}c\u{FFFD}"])
    }

    @Test("pieces of any size give the same text as the whole", arguments: [false, true]) func pieces(big: Bool) {
        var random = SplitMix(state: 11)
        for _ in 0..<60 {
            let count = Int.random(in: 0...60, using: &random)
            let units = (0..<count).map { _ -> UInt16 in
                switch Int.random(in: 0..<4, using: &random) {
                case 0: UInt16.random(in: 0xD800...0xDBFF, using: &random)
                case 1: UInt16.random(in: 0xDC00...0xDFFF, using: &random)
                case 2: UInt16.random(in: 0x20...0x7E, using: &random)
                default: UInt16.random(in: 0...0xFFFF, using: &random)
                }
            }
            var bytes = units.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
            if big { bytes = units.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] } }
            if Bool.random(using: &random) { bytes.append(0x41) }
            var transcoder = UTF16Transcoder(UTF16Text(isBigEndian: big, markLength: 0))
            var output: [UInt8] = []
            var start = 0
            while start < bytes.count {
                let end = min(bytes.count, start + Int.random(in: 1...7, using: &random))
                transcoder.append(Array(bytes[start..<end]).span.bytes, to: &output)
                start = end
            }
            transcoder.finish(to: &output)
            #expect(String(decoding: output, as: UTF8.self) == String(decoding: units, as: UTF16.self))
            #expect(transcoder.endsInUnit == (bytes.count % 2 == 1))
            var unpaired = 0
            var index = 0
            while index < units.count {
                if units[index] & 0xFC00 == 0xD800, index + 1 < units.count, units[index + 1] & 0xFC00 == 0xDC00 {
                    index += 1
                } else if units[index] & 0xF800 == 0xD800 {
                    unpaired += 1
                }
                index += 1
            }
            #expect(transcoder.unpaired == unpaired)
        }
    }

    @Test(
        "what is no UTF-16 is not taken for it",
        arguments: [
            Array("ElfFile\0\0\0\0\0".utf8), Array("{\"a\":1}".utf8), [0xFF, 0xFE, 0, 0, 0x41, 0, 0, 0],
            [0x30, 0, 0, 0, 0x4C, 0x66, 0x4C, 0x65], [0, 0, 0, 0, 0, 0, 0, 0], [0x41, 0],
            Array("MDMP".utf8) + [0, 0, 0, 0],
            Array("regf".utf8) + [UInt8](repeating: 0, count: 40), [1, 0, 2, 0, 3, 0, 4, 0, 5, 0],
        ] as [[UInt8]])
    func others(_ bytes: [UInt8]) { #expect(UTF16Text.of(bytes.span.bytes) == nil) }
}
