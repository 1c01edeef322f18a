import Bytes
import Testing

@Suite struct JSONEscapesTests {
    @Test(
        "escapes are resolved",
        arguments: [
            ("", ""), ("plain", "plain"), (#"a\n\t\r\b\f\/\\\"z"#, "a\n\t\r\u{8}\u{C}/\\\"z"),
            (#"\u0041\u00e9\u20AC"#, "Aé€"), (#"\ud83d\ude00!"#, "😀!"), (#"\u0000"#, "\0"),
            (#"\ud83d"#, "\u{FFFD}"), (#"\ude00x"#, "\u{FFFD}x"), (#"\ud83d\ud83d\ude00"#, "\u{FFFD}😀"),
            (#"\ud83d\n"#, "\u{FFFD}\n"), (#"C:\\Windows\\System32\\cmd.exe"#, #"C:\Windows\System32\cmd.exe"#),
            ("12345678\\", "12345678\\"), (#"\u12"#, "u12"),
        ])
    func resolves(_ text: String, _ expected: String) {
        // At every alignment, and with text before it in the output.
        for lead in 0..<10 {
            let pad = String(repeating: "x", count: lead)
            var output: [UInt8] = Array("seed".utf8)
            let input = Array((pad + text).utf8)
            JSONEscapes.appendUnescaped(input.span.bytes, to: &output)
            #expect(String(decoding: output, as: UTF8.self) == "seed" + pad + expected)
        }
    }
}
