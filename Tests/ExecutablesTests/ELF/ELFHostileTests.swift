import Bytes
import Executables
import Foundation
import TestKit
import Testing

/// Any bytes give a report; the numbers in it decide nothing about time or memory.
@Suite struct ELFHostileTests {
    @Test("a file cut anywhere gives a report and no crash", arguments: ELFRulesTests.encodings)
    func cut(_ encoding: (Bool, Bool)) {
        var writer = ELFWriter(is64: encoding.0, isBigEndian: encoding.1)
        writer.hasTLSSections = true
        writer.symbols = [3]
        writer.relocations = [(16, 0)]
        let bytes = writer.bytes()
        for length in 0..<bytes.count {
            let part = Array(bytes[..<length])
            let report = ELFReport(part)
            #expect((report == nil) == (length < 4))
            if length >= 4, length < 0x400 { #expect(report?.findings.isEmpty == false, "cut at \(length)") }
        }
    }

    @Test("flipped bits give a report and no crash", arguments: ELFRulesTests.encodings)
    func flipped(_ encoding: (Bool, Bool)) {
        var writer = ELFWriter(is64: encoding.0, isBigEndian: encoding.1)
        writer.hasTLSSections = true
        writer.symbols = [3]
        writer.relocations = [(16, 0)]
        let sound = writer.bytes()
        var numbers = SeededNumbers(state: 7)
        for _ in 0..<4000 {
            var bytes = sound
            for _ in 0..<Int.random(in: 1...8, using: &numbers) {
                bytes[Int.random(in: 4..<0x900, using: &numbers)] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
            }
            #expect(ELFReport(bytes) != nil)
        }
    }

    @Test("every field at its largest gives a report quickly")
    func huge() {
        let sound = ELFWriter().bytes()
        for at in stride(from: 16, to: 0x700, by: 2) {
            var bytes = sound
            for index in at..<min(at + 8, bytes.count) { bytes[index] = 0xFF }
            #expect(ELFReport(bytes) != nil)
        }
        let ones = [0x7F, 0x45, 0x4C, 0x46, 2, 1] + [UInt8](repeating: 0xFF, count: 4096)
        #expect(ELFReport(ones)?.findings.isEmpty == false)
    }

    @Test("other files are not taken")
    func others() {
        let text = Array("MZ\u{7f}ELF".utf8)
        #expect(ELFReport(text) == nil)
        let none: [UInt8] = []
        #expect(ELFReport(none) == nil)
    }
}
