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
                    source: SourceNumber(index), path: "e/" + name,
                    format: index == 4 ? "docker-inspect" : "docker-diff",
                    size: 1, events: 1)
            })
    }

    @Test(
        "the longest name at the end of the file's name, or an id in it, tells the container",
        arguments: [(0, web), (1, db), (2, db), (3, nil), (4, nil)] as [(SourceNumber, String?)])
    func owner(source: SourceNumber, id: String?) {
        let view = EventView(
            kind: .dockerObject, time: Timestamp(nanoseconds: 2), host: "",
            fields: [FieldValue(name: "Path", value: "/tmp/x")], place: EventPlace(source: source, record: 1, offset: 0)
        )
        let found = Self.context.attribution(of: view)
        #expect(found?.id == id)
        #expect(found?.confidence == (id == nil ? nil : 70))
    }

    @Test("a program that such a listing names as added is not from the image")
    func drift() {
        var builder = ContextBuilder()
        let inspect = [
            FieldValue(name: "Id", value: Self.web), FieldValue(name: "Name", value: "/shop-web"),
            FieldValue(name: "Path", value: "httpd"),
        ]
        builder.observe(EventView(kind: .dockerInspect, time: Timestamp(nanoseconds: 1), host: "", fields: inspect))
        builder.observe(
            EventView(
                kind: .dockerObject, time: Timestamp(nanoseconds: 1), host: "",
                fields: [FieldValue(name: "Change", value: "A"), FieldValue(name: "Path", value: "/opt/x/kworker")],
                origin: Origin(product: "docker", service: "diff"), place: EventPlace(source: 0, record: 1, offset: 0)))
        let note = SourceNote(source: 0, path: "e/diff-shop-web.txt", format: "docker-diff", size: 1, events: 1)
        let context = builder.finish(sources: [note])
        let exec = [
            FieldValue(name: "Type", value: "container"),
            FieldValue(name: "Action", value: "exec_start: /opt/x/kworker"),
            FieldValue(name: "Actor.ID", value: Self.web), FieldValue(name: "Exec.Command", value: "/opt/x/kworker"),
        ]
        let view = EventView(kind: .dockerEvent, time: Timestamp(nanoseconds: 9_000_000_000), host: "", fields: exec)
        #expect(context.facts(of: view)?.fields.first { $0.name == "Program.FromImage" }?.values == ["no"])
    }
}
