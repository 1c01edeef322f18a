import Sigma
import Testing

@Suite struct TaxonomyTests {
    @Test func shippedFileBindsEveryWindowsSourceOfTheCorpus() throws {
        guard SharedData.file("data/sigma/rules") != nil else { return }
        let taxonomy = try ShippedTaxonomy.windows()
        var unbound: Set<LogSource> = []
        for rule in try CorpusMatchTests.corpus() where rule.logSource.product == "windows" {
            let key = LogSource(category: rule.logSource.category, product: "windows")
            let isKnown = !taxonomy.entries(for: rule.logSource).isEmpty || taxonomy.unavailable[key] != nil
            if !isKnown, rule.logSource != LogSource(product: "windows") { unbound.insert(rule.logSource) }
        }
        #expect(unbound == [])
    }

    @Test func entriesCarryConditionsAndRenames() throws {
        let taxonomy = try ShippedTaxonomy.windows()
        let deletion = taxonomy.entries(for: LogSource(category: "registry_delete", product: "windows"))
        #expect(deletion.count == 1)
        #expect(deletion.first?.eventIDs == [12])
        #expect(deletion.first?.conditions.first?.values == ["DeleteKey", "DeleteValue"])
        #expect(taxonomy.entries(for: LogSource(category: "process_creation")).count == 2)
        #expect(taxonomy.entries(for: LogSource(category: "process_creation", product: "linux")).isEmpty)
        #expect(
            taxonomy.entries(for: LogSource(category: "process_creation", product: "windows", service: "sysmon")).count
                == 1)
    }

    @Test(arguments: [
        ("- a", 1), ("services: {a: [b]}", 1), ("product: x\ncategories:\n  c: [{service: none}]", 3),
        ("product: x\nservices:\n  s: {}", 3),
        ("product: x\nservices: {s: [c]}\ncategories:\n  c: [{service: s, event_ids: [z]}]", 4),
    ])
    func faultsAreReportedWithTheirLine(_ yaml: String, _ line: Int) {
        #expect {
            _ = try Taxonomy(yaml: yaml)
        } throws: { error in
            (error as? TaxonomyError)?.line == line
        }
    }
}
