import Events
import Testing

@testable import Context

@Suite("Sources named after containers") struct SourceOwnersTests {
    private static let web = String(repeating: "a1b2c3d4", count: 8)
    private static let db = String(repeating: "0f1e2d3c", count: 8)

    private static var context: Context {
        var builder = ContextBuilder()
        for (id, name) in [(web, "/shop-web"), (db, "/web")] {
            let fields = [FieldValue(name: "Id", value: id), FieldValue(name: "Name", value: name)]
            builder.observe(EventView(kind: .dockerInspect, time: Timestamp(nanoseconds: 1), host: "", fields: fields))
        }
        let names = [
            "diff-shop-web.txt", "x/top_web.txt", "diff-end-0f1e2d3c0f1e.txt", "diff-nobody.txt", "diff-shop-web.txt",
        ]
        return builder.finish(
            sources: names.enumerated().map { index, name in
                SourceNote(
                    source: Int32(index), path: "e/" + name, format: index == 4 ? "docker-inspect" : "docker-diff",
                    size: 1, events: 1)
            })
    }

    @Test(
        "the longest name at the end of the file's name, or an id in it, tells the container",
        arguments: [(0, web), (1, db), (2, db), (3, nil), (4, nil)] as [(Int32, String?)])
    func owner(source: Int32, id: String?) {
        let view = EventView(
            kind: .dockerObject, time: Timestamp(nanoseconds: 2), host: "",
            fields: [FieldValue(name: "Path", value: "/tmp/x")], place: EventPlace(source: source, record: 1, offset: 0)
        )
        let found = Self.context.attribution(of: view)
        #expect(found?.id == id)
        #expect(found?.confidence == (id == nil ? nil : 70))
    }
}
