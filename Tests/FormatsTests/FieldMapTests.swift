import Testing

@testable import Formats

@Suite struct FieldMapTests {
    @Test("every field map that is compiled in can be read", arguments: FieldMap.allNames)
    func readable(_ name: String) throws {
        let text = try #require(EmbeddedContent.files.first { $0.path == name + ".yml" }?.text)
        let map = try FieldMap(yaml: text)
        #expect(map.name == name)
        for kind in map.kindsOfMembers.values { #expect(map.kinds[kind] != nil, "no kind \(kind)") }
    }

    @Test("field maps are compiled in") func present() { #expect(FieldMap.allNames.contains("windows-json")) }

    @Test(
        "a broken map is refused with its line",
        arguments: [
            ("a: 1", "line 1: no format"), ("format: x\nfoo: 1", "line 2: unknown key foo"),
            ("- 1", "line 1: no mapping"),
            ("format: x\nsource: {products: y}", "line 2: unknown log-source key products"),
            ("format: x\nkinds:\n  a: {}\n  A: {}", "line 4: kind A stands twice"),
        ])
    func refused(_ yaml: String, _ message: String) {
        #expect { try FieldMap(yaml: yaml) } throws: { "\($0)" == message }
    }
}
