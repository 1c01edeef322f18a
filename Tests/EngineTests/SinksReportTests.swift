import Engine
import Events
import Sigma
import Sinks
import TestKit
import Testing

@Suite("Report of a hunt")
struct SinksReportTests {
    static let full: HuntReport = {
        var report = HuntReport()
        var log = HuntReport.Source(
            path: "evidence/WIN-NODE-3/Security.evtx", format: "evtx", certainty: "certain", bytes: 1_204_817_181)
        log.events = 4_817_181
        log.defects = [
            HuntReport.DefectSummary(
                code: "evtx-record-truncated", count: 3, firstOffset: 4_608, recordsLost: 12,
                detail: "the chunk ends before the record"),
            HuntReport.DefectSummary(
                code: "evtx-chunk-checksum", count: 1, firstOffset: 69_632, recordsLost: 0, detail: ""),
        ]
        report.sources = [
            log, HuntReport.Source(path: "evidence/notes\u{1B}[2J.docx", format: "", certainty: "", bytes: 48_211),
        ]
        report.events = 4_817_181
        report.hits = 31_411
        report.eventsWithHits = 28_003
        report.alerts = 1_204
        report.alertsByPriority = [("critical", 3), ("high", 20), ("informational", 1_181)].map(HuntReport.Tally.init)
        report.alertsBelowPriority = 41
        report.duplicateHits = 212
        report.rulesLoaded = 2_911
        report.rulesRejected = 4
        report.rulesThatFired = 38
        report.hitsByLevel = [("critical", 3), ("high", 212), ("medium", 31_196)].map(HuntReport.Tally.init)
        report.topRules = [
            ("Process in a container that no runtime log shows", 20_114), ("Engine pipe mounted into a container", 212),
            ("Possible TLS callback injection into another process", 3),
        ].map(HuntReport.Tally.init)
        report.topHosts = [("WIN-NODE-3", 31_000), ("WIN-NODE-4", 411)].map(HuntReport.Tally.init)
        report.topContainers = [("web-1", 30_000), ("4f2a1b3c4d5e", 1_000)].map(HuntReport.Tally.init)
        report.containers = 12
        report.attributedEvents = 340_100
        report.unwatched = [("Microsoft-Windows-Containers-Wcifs/Operational", 32_000), ("", 12)].map(
            HuntReport.Tally.init)
        report.hitHistogram = [0, 0, 3, 9, 400, 2, 0, 0, 1, 20_000, 9_000, 1_996]
        report.firstEvent = Timestamp(nanoseconds: 1_628_726_403_000_000_000)
        report.lastEvent = Timestamp(nanoseconds: 1_628_985_599_000_000_000)
        report.firstHit = Timestamp(nanoseconds: 1_628_932_353_000_000_000)
        report.lastHit = Timestamp(nanoseconds: 1_628_935_083_000_000_000)
        report.silences = [
            HuntReport.Silence(
                reason: "no events of log source windows/image_load (Microsoft-Windows-Sysmon/Operational 7)",
                ruleCount: 104,
                examples: ["Suspicious DLL Loaded", "Unsigned Image Loaded Into LSASS Process", "A third"]),
            HuntReport.Silence(reason: "no events of log source windows/registry_set", ruleCount: 1_204, examples: []),
        ]
        report.blindSpots = [
            "Process creations (4688) carry no command lines: rules that need them are blind.",
            "Three containers ran with Hyper-V isolation, and nothing looked inside them.",
        ]
        report.pendingWindows = 2
        report.exceptions = [
            .init(
                id: "7a7f3a0e-6f8e-4b0e-8a8b-0b4b6d0f7c22", title: "Our log shipper may read the root",
                owner: "platform",
                expires: "2027-02-22", state: .active, hidden: 1_204),
            .init(id: "b", title: "Never needed", owner: "", expires: "", state: .active, hidden: 0),
            .init(
                id: "c", title: "Old \u{1B}[2J scanner", owner: "soc", expires: "2020-01-01", state: .expired, hidden: 0
            ),
            .init(
                id: "d", title: "For a rule of last year", owner: "soc", expires: "2027-01-01", state: .outdated,
                hidden: 3, isCounted: false),
            .init(id: "e", title: "Of rules that were not loaded", owner: "", expires: "", state: .idle, hidden: 0),
        ]
        report.elapsedSeconds = 12.4
        report.cpuSeconds = 23.9
        report.ruleLoadSeconds = 0.31
        report.peakMemory = 188_000_000
        return report
    }()

    private func summary(_ report: HuntReport, width: Int, verbose: Bool = false, output: String? = nil) -> String {
        HuntSummary(
            of: report,
            setting: .init(
                outputPath: output, showsCards: output == nil, minimumLevel: .informational,
                evidence: ["evidence/"],
                arguments: ["hunt", "evidence/", "-r", "it's mine"]),
            style: TerminalStyle(width: width, usesColour: false, isVerbose: verbose)
        ).text
    }

    @Test("The summary reads well", arguments: [80, 140])
    func full(width: Int) {
        let text = summary(Self.full, width: width, verbose: width == 140, output: width == 140 ? "timeline.csv" : nil)
        #expect(Golden.difference(of: text, from: "report/summary-\(width).txt") == nil)
    }

    @Test("A hunt that found nothing says so, and why")
    func nothing() {
        var report = Self.full
        report.hits = 0
        report.alerts = 0
        report.alertsByPriority = []
        report.eventsWithHits = 0
        report.hitsByLevel = []
        report.topRules = []
        report.topHosts = []
        report.topContainers = []
        report.rulesThatFired = 0
        let text = summary(report, width: 80)
        #expect(Golden.difference(of: text, from: "report/summary-nothing.txt") == nil)
        #expect(text.contains("registry_set"))
    }

    @Test("An empty report and an interrupted one have words too")
    func empty() {
        var report = HuntReport()
        #expect(summary(report, width: 80).contains("Nothing could be read"))
        report.interrupted = true
        #expect(summary(report, width: 80).contains("only part of the evidence was read"))
    }

    @Test(
        "No line of the summary is wider than the terminal, none carries a control", arguments: [60, 72, 80, 100, 160])
    func width(width: Int) {
        for line in summary(Self.full, width: width).split(separator: "\n") {
            // A command to copy stays on one line.
            if line.contains("siloscope hunt") { continue }
            #expect(DisplayWidth.of(String(line)) <= width, "\(line)")
            #expect(!line.unicodeScalars.contains(where: TextSafety.isHidden))
        }
    }

    @Test("Progress fits its line at any width and any stage", arguments: [60, 80, 120])
    func progress(width: Int) {
        let style = TerminalStyle(width: width, usesColour: false)
        var lines = ""
        for (done, offset) in [(0, 0), (470_000, 62), (1_000_000, 100)] as [(Int64, Int64)] {
            let progress = HuntProgress(
                bytesDone: done, bytesTotal: 1_000_000, filesDone: 2, filesTotal: 14, events: 388_000, hits: 1_204,
                currentPath: "evidence/a\u{1B}b/Security.evtx", currentOffset: offset, currentSize: 100,
                elapsedSeconds: 1.5)
            let line = ProgressText.line(progress, style: style)
            #expect(line.width < width)
            lines += line.rendered(style) + "\n"
        }
        #expect(Golden.difference(of: lines, from: "report/progress-\(width).txt") == nil)
    }

    @Test(
        "Numbers for people",
        arguments: [
            (Quantity.count(4_817_181), "4,817,181"), (Quantity.count(-1_000), "-1,000"), (Quantity.count(0), "0"),
            (Quantity.count(1, "file"), "1 file"), (Quantity.count(2, "entry", "entries"), "2 entries"),
            (Quantity.bytes(0), "0 B"), (Quantity.bytes(999), "999 B"), (Quantity.bytes(1_204_817_181), "1.2 GB"),
            (Quantity.bytes(999_960), "1.0 MB"), (Quantity.bytes(188_000_000), "188 MB"),
            (Quantity.compact(388_477), "388k"),
            (Quantity.duration(0.418), "0.42 s"), (Quantity.duration(12.41), "12.4 s"),
            (Quantity.duration(245), "4:05"),
            (Quantity.duration(3_723), "1:02:03"), (Quantity.clock(.infinity), "?"),
            (Quantity.percent(1, of: 1_000_000), "0.01 %"),
            (Quantity.percent(999_999, of: 1_000_000), "99.99 %"), (Quantity.percent(5, of: 5), "100 %"),
            (Quantity.percent(0, of: 0), "0 %"),
            (Sparkline.text([0, 1, 4, 8], width: 10), "·▁▄█"), (Sparkline.text([], width: 5), ""),
            (Sparkline.text([1, 1, 1, 1], width: 2), "██"),
            (Sparkline.bar(1, of: 1_000_000, width: 10), "▏"), (Sparkline.bar(5, of: 5, width: 3), "███"),
            (Sparkline.bar(0, of: 5, width: 3), ""),
        ])
    func numbers(text: String, expected: String) { #expect(text == expected) }
}
