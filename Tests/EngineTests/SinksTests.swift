import Engine
import Events
import Foundation
import Sigma
import Sinks
import TestKit
import Testing

@Suite("Sinks")
struct SinksTests {
    @Test(
        "Cards read well at 80 and 140 columns, whole with --verbose, and in colour",
        arguments: [
            ("table-80", TerminalStyle(width: 80, usesColour: false)),
            ("table-140", TerminalStyle(width: 140, usesColour: false)),
            ("table-100-verbose", TerminalStyle(width: 100, usesColour: false, isVerbose: true)),
            ("table-80-colour", TerminalStyle(width: 80, usesColour: true)),
        ])
    func cards(name: String, style: TerminalStyle) throws {
        let text = try written { TerminalSink($0, style: style) }
        #expect(Golden.difference(of: text, from: "sinks/\(name).txt") == nil)
    }

    @Test("No card is wider than its terminal", arguments: [60, 80, 100, 140, 160])
    func cardWidth(width: Int) throws {
        for verbose in [false, true] {
            let text = try written {
                TerminalSink($0, style: TerminalStyle(width: width, usesColour: false, isVerbose: verbose))
            }
            for line in text.split(separator: "\n") { #expect(DisplayWidth.of(String(line)) <= width, "\(line)") }
        }
    }

    @Test("The value that matched stays in view when a command line is cut")
    func matchInView() throws {
        let text = try written(
            { TerminalSink($0, style: TerminalStyle(width: 80, usesColour: false)) }, [SampleAlerts.pipeMount])
        let lines = text.split(separator: "\n")
        let first = try #require(lines.firstIndex { $0.contains("CommandLine") })
        // The value takes at most three lines.
        let value = lines[first..<(first + 3)].map { $0.dropFirst(26) }.joined()
        #expect(value.contains("\\pipe\\docker_engine"))
        #expect(value.contains("…"))
        #expect(value.hasSuffix("agent.ps1"))
    }

    @Test("A finding of the context says its sentence and the records it rests on, neutralised")
    func finding() throws {
        var alert = SampleAlerts.bare
        alert.fields = [
            AlertField(name: "Finding", values: ["log-truncated"]),
            AlertField(name: "Detail", values: ["96 lines of \u{1B}[2Jweb are gone"]),
            AlertField(name: "Evidence.Place", values: (1...5).map { "logs/web.json @\($0)00" }),
        ]
        func card(_ isVerbose: Bool) throws -> String {
            let style = TerminalStyle(width: 80, usesColour: false, isVerbose: isVerbose)
            return try written({ TerminalSink($0, style: style) }, [alert])
        }
        let short = try card(false)
        #expect(short.contains("found      96 lines of"))
        #expect(!short.contains("\u{1B}"))
        #expect(short.contains("rests on   logs/web.json @100"))
        #expect(short.contains("and 2 more"))
        #expect(!short.contains("@400"))
        #expect(try card(true).contains("logs/web.json @500"))
    }

    @Test("NDJSON is one valid object per line, the last line ended, nothing lost")
    func ndjson() throws {
        let text = try written { NDJSONSink($0) }
        #expect(Golden.difference(of: text, from: "sinks/alerts.ndjson") == nil)
        #expect(text.last == "\n")
        let lines = text.split(separator: "\n")
        #expect(lines.count == SampleAlerts.all.count)
        for (line, alert) in zip(lines, SampleAlerts.all) {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let rule = try #require(object["rule"] as? [String: Any])
            #expect(rule["title"] as? String == alert.rule.title)
            #expect(object["host"] as? String == alert.host)
            let matched = try #require(object["matched"] as? [[String: String]])
            #expect(matched.map { $0["value"] } == alert.matched.map(\.value))
            #expect((object["container"] as? [String: Any])?["image"] as? String == alert.container?.image)
        }
    }

    @Test("A field that comes twice is one member with all values")
    func duplicateFields() throws {
        let text = try written({ NDJSONSink($0) }, [SampleAlerts.hostile])
        #expect(text.contains(#""Twice":["one","two","three"]"#))
        #expect(text.contains(#""None":[]"#))
    }

    @Test(
        "CSV timelines: as many cells in each record as in the header, and no formulas",
        arguments: ["timeline", "timesketch"])
    func csv(kind: String) throws {
        let text = kind == "timeline" ? try written { CSVTimelineSink($0) } : try written { TimesketchSink($0) }
        #expect(Golden.difference(of: text, from: "sinks/\(kind).csv") == nil)
        let records = CSVText.records(of: text)
        #expect(records.count == SampleAlerts.all.count + 1)
        for record in records {
            #expect(record.count == records[0].count)
            for cell in record { #expect(!CSVText.isFormula(cell), "\(cell)") }
        }
    }

    @Test("A timeline without alerts still has its header")
    func emptyTimeline() throws {
        let text = try written({ CSVTimelineSink($0) }, [])
        #expect(text.split(separator: "\n").count == 1)
        #expect(text.hasPrefix("Timestamp,RuleTitle,Level,"))
        #expect(try written({ TimesketchSink($0) }, []).hasPrefix("message,datetime,timestamp_desc,tag,"))
        #expect(try written({ NDJSONSink($0) }, []).isEmpty)
    }

    @Test("No sink lets a control, a bidi override or a zero-width character through")
    func nothingHidden() throws {
        let plain = TerminalStyle(width: 100, usesColour: false, isVerbose: true)
        for text in [
            try written { TerminalSink($0, style: plain) }, try written { NDJSONSink($0) },
            try written { CSVTimelineSink($0) }, try written { TimesketchSink($0) },
        ] {
            for scalar in text.unicodeScalars where scalar != "\n" {
                #expect(!TextSafety.isHidden(scalar), "U+\(String(scalar.value, radix: 16))")
            }
        }
    }

    @Test("A forged card cannot begin a line")
    func forgedCard() throws {
        let text = try written(
            { TerminalSink($0, style: TerminalStyle(width: 100, usesColour: false)) }, [SampleAlerts.hostile])
        #expect(!text.split(separator: "\n").contains { $0.hasPrefix("▌ CRITICAL") })
    }
}

/// A reader of RFC 4180 for tests, the plain way.
enum CSVText {
    static func records(of text: String) -> [[String]] {
        var records: [[String]] = []
        var record: [String] = []
        var cell = ""
        var quoted = false
        var characters = Array(text.unicodeScalars)[...]
        while let next = characters.popFirst() {
            switch (next, quoted) {
            case ("\"", true) where characters.first == "\"":
                cell.unicodeScalars.append("\"")
                characters.removeFirst()
            case ("\"", _): quoted.toggle()
            case (",", false):
                record.append(cell)
                cell = ""
            case ("\n", false):
                records.append(record + [cell])
                record = []
                cell = ""
            default: cell.unicodeScalars.append(next)
            }
        }
        return records
    }

    static func isFormula(_ cell: String) -> Bool {
        guard let first = cell.first, "=+-@\t\r＝＋－＠".contains(first) else { return false }
        return Double(cell) == nil
    }
}
