import Events
import Testing

@testable import Context

/// What is written by the adversary is kept within limits, the same whatever the order.
@Suite("Programs: limits")
struct ProgramLimitTests {
    private func image(_ index: Int) -> EventView {
        EventView(
            kind: .dockerObject, time: Fixture.seconds(0), host: "",
            fields: [FieldValue(name: "Id", value: "sha256:\(index)"), FieldValue(name: "Config.Cmd", value: "a")],
            origin: Origin(product: "docker", service: "image"))
    }

    @Test("images and changed paths: the smallest are kept")
    func smallest() {
        var random = Seeded(3)
        let paths = (0..<(3 * ProgramGatherer.diffLimit)).map { Programs.diff("A", "/p/\($0)") }
        let images = (0..<(3 * ProgramGatherer.imageLimit)).map { image($0) }
        func gathered(_ views: [EventView], parts: Int) -> ProgramGatherer {
            var all = (0..<parts).map { _ in ProgramGatherer() }
            for (index, view) in views.enumerated() { all[index % parts].observe(view) }
            for other in all.dropFirst() { all[0].merge(other) }
            all[0].bound()
            return all[0]
        }
        let whole = gathered(paths + images, parts: 1)
        #expect(whole.images.count == ProgramGatherer.imageLimit)
        #expect(whole.diffs.values.map(\.count) == [ProgramGatherer.diffLimit])
        let shuffled = gathered((paths + images).shuffled(using: &random), parts: 3)
        #expect(shuffled.images == whole.images)
        #expect(shuffled.diffs == whole.diffs)
    }

    @Test("a flood of execs within one budget: the latest are kept, the rest is counted")
    func flood() {
        let long = String(repeating: "x", count: 2 * ExecSighting.commandLimit)
        var gatherer = ProgramGatherer()
        let count = 3 * ProgramGatherer.execBudget / ExecSighting.commandLimit
        for index in 0..<count { gatherer.observe(Programs.exec("\(index) \(long)", at: Int64(index))) }
        gatherer.bound()
        #expect(gatherer.execs.cost <= ProgramGatherer.execBudget)
        #expect(gatherer.execs.observed == count)
        #expect(gatherer.execs.kept.first?.time == Fixture.seconds(Int64(count - 1)))
    }

    @Test("declared commands of one container are cut")
    func declared() {
        var declaration = ProgramDeclaration()
        let line = (0..<1000).map { "p\($0)" }.joined(separator: ";")
        for index in 0..<200 {
            declaration.apply(
                [
                    FieldValue(name: "Path", value: "sh"), FieldValue(name: "Args", value: "-c"),
                    FieldValue(name: "Args", value: "\(index);" + line),
                ], isImage: false, at: Fixture.seconds(0))
        }
        #expect(declaration.entries.spans.count == SeenTexts.limit)
        let declared = DeclaredPrograms(declaration, nil, windows: false)
        #expect(declared.count == DeclaredPrograms.commandLimit)
    }
}
