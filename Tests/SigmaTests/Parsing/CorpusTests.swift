import Sigma
import Testing

@Suite(.enabled(if: SharedData.file("data/sigma/rules") != nil, "corpus absent"))
struct CorpusTests {
    @Test func `every SigmaHQ rule loads except those whose placeholders have no values`() throws {
        let files = try SharedData.rules(SharedData.corpusFolders)
        #expect(files.count >= 3_780)
        var rules = 0
        var placeholders = 0
        var unexpected: [Diagnostic] = []
        for file in files {
            let parsed = RuleParser().parse(RuleText(path: file.path, text: file.text))
            rules += parsed.documents.count
            let errors = parsed.diagnostics.filter { $0.severity == .error }
            if errors.contains(where: { $0.code == .unresolvedPlaceholder }) { placeholders += 1 }
            unexpected += errors.filter { $0.code != .unresolvedPlaceholder }
        }
        #expect(unexpected.isEmpty, "\(unexpected.prefix(10))")
        #expect(rules + placeholders == files.count)
        #expect(placeholders <= 26)
    }

    @Test func `rules that the corpus keeps apart for their aggregations are rejected with a hint`() throws {
        let files = try SharedData.rules(["unsupported"])
        let found = files.flatMap { RuleParser().parse(RuleText(path: $0.path, text: $0.text)).diagnostics }
        #expect(found.filter { $0.code == .aggregation && $0.hint != nil }.count > 30)
    }
}
