import Events
import Foundation
import Sinks
import Testing

@Suite("Text for people")
struct SinksTextTests {
    @Test(
        "Hidden characters become visible",
        arguments: [
            ("plain \\ \"text\"", "plain \\ \"text\""), ("", ""), ("\u{1B}[31m", "␛[31m"),
            ("a\r\nb\tc\u{0}", "a␍␊b␉c␀"),
            ("\u{7F}\u{9B}31m", "␡⟨U+009B⟩31m"), ("exe\u{202E}txt", "exe⟨U+202E⟩txt"),
            ("a\u{200B}b\u{FEFF}", "a⟨U+200B⟩b⟨U+FEFF⟩"),
            ("\u{2066}x\u{2069}", "⟨U+2066⟩x⟨U+2069⟩"), ("\u{2028}", "⟨U+2028⟩"), ("\u{E0041}", "⟨U+E0041⟩"),
            ("日本語 Ünïcode é", "日本語 Ünïcode é"), ("z\u{301}\u{301}\u{301}\u{301}", "z\u{301}\u{301}\u{301}⟨U+0301⟩"),
        ])
    func visible(text: String, expected: String) { #expect(TextSafety.visible(text) == expected) }

    @Test("Nothing hidden is left, whatever comes in")
    func visibleIsClosed() {
        var generator = SplitMix(state: 20_240_501)
        for _ in 0..<2_000 {
            var text = ""
            for _ in 0..<generator.below(24) {
                if let scalar = Unicode.Scalar(UInt32(generator.below(0x3100))) { text.unicodeScalars.append(scalar) }
            }
            let shown = TextSafety.visible(text)
            #expect(!shown.unicodeScalars.contains(where: TextSafety.isHidden))
            #expect(TextSafety.visible(shown) == shown)
        }
    }

    @Test(
        "CSV cells: quoted where needed, formulas disarmed, numbers left alone",
        arguments: [
            ("plain", "plain"), ("", ""), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""), ("=1+1", "\"'=1+1\""),
            ("+cmd", "\"'+cmd\""), ("@SUM(A1)", "\"'@SUM(A1)\""), ("-2+3", "\"'-2+3\""), ("-5", "-5"), ("+1.5", "+1.5"),
            ("-", "\"'-\""), ("  =1", "\"'  =1\""), ("＝1", "\"'＝1\""), ("a\r\nb", "a␍␊b"), ("\t=1", "␉=1"),
            ("-1;=2", "\"'-1;=2\""), ("a;b", "\"a;b\""),
        ])
    func csv(text: String, expected: String) { #expect(TextSafety.csvCell(text) == expected) }

    @Test(
        "Times",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z", "1970-01-01 00:00:00.000", "1970-01-01T00:00:00.000000+00:00"),
            (
                1_628_932_353_120_456_700, "2021-08-14T09:12:33.1204567Z", "2021-08-14 09:12:33.120",
                "2021-08-14T09:12:33.120456+00:00"
            ),
            (-1, "1969-12-31T23:59:59.999999999Z", "1969-12-31 23:59:59.999", "1969-12-31T23:59:59.999999+00:00"),
            (
                951_782_400_000_000_000, "2000-02-29T00:00:00.000Z", "2000-02-29 00:00:00.000",
                "2000-02-29T00:00:00.000000+00:00"
            ),
            (
                Int64.max, "2262-04-11T23:47:16.854775807Z", "2262-04-11 23:47:16.854",
                "2262-04-11T23:47:16.854775+00:00"
            ),
            (
                Int64.min + 1, "1677-09-21T00:12:43.145224193Z", "1677-09-21 00:12:43.145",
                "1677-09-21T00:12:43.145224+00:00"
            ),
            (Int64.min, "", "time unknown", ""),
        ] as [(Int64, String, String, String)])
    func times(nanoseconds: Int64, rfc3339: String, readable: String, timesketch: String) {
        let time = Timestamp(nanoseconds: nanoseconds)
        #expect(TimeText.rfc3339(time) == rfc3339)
        #expect(TimeText.readable(time) == readable)
        #expect(TimeText.timesketch(time) == timesketch)
    }

    @Test("Widths", arguments: [("abc", 3), ("日本", 4), ("e\u{301}", 1), ("▌", 1), ("…", 1), ("", 0)])
    func width(text: String, columns: Int) { #expect(DisplayWidth.of(text) == columns) }

    @Test("Text fits its column, with both ends kept", arguments: 1...40)
    func fit(width: Int) {
        for text in ["short", "C:\\Windows\\System32\\drivers\\etc\\hosts and more", "日本語日本語日本語日本語日本語"] {
            let fitted = DisplayWidth.fit(text, into: width)
            #expect(DisplayWidth.of(fitted) <= width)
            if DisplayWidth.of(text) <= width { #expect(fitted == text) }
            if width > 4, fitted != text {
                #expect(fitted.first == text.first)
                #expect(fitted.last == text.last)
            }
        }
    }

    @Test("Wrapping loses no word and no line is too wide", arguments: [5, 9, 20, 80])
    func wrap(width: Int) {
        let text = "its computer name is the container's; itsprogramliesinthecontainer'slayer and more"
        let lines = TextLayout.wrapped(text, width: width)
        #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
        #expect(lines.allSatisfy { DisplayWidth.of($0) <= width })
    }
}

/// A fixed-seed generator (SplitMix64).
struct SplitMix {
    var state: UInt64
    mutating func below(_ limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(limit))
    }
}
