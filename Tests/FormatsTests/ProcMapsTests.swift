import Events
import Formats
import Testing

@testable import Formats

@Suite struct ProcMapsTests {
    static let map = """
        563537b9f000-563537ba0000 r-xp 00001000 fe:00 16736313                   /opt/a b/victim (deleted)
        7f921e5ea000-7f921e5eb000 ---p 00000000 00:00 0\u{20}
        ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]

        """

    @Test("a line is a mapping: addresses, permissions, file")
    func fields() {
        let decoded = Decoded.decode(
            ProcMapsFormat.self, Self.map + "what is this\n",
            source: SourceFacts(path: "uac/proc/13154/maps", modified: Timestamp(nanoseconds: 1)))
        #expect(decoded.defects.map(\.code) == ["proc-maps-line"])
        let events = decoded.events
        #expect(events.count == 3)
        #expect(events[0]["Map.Start"] == ["563537b9f000"] && events[0]["Map.End"] == ["563537ba0000"])
        #expect(events[0]["Map.Permissions"] == ["r-xp"] && events[0]["Map.Offset"] == ["00001000"])
        #expect(events[0]["Map.Path"] == ["/opt/a b/victim (deleted)"])
        #expect(events[1]["Map.Path"].isEmpty && events[2]["Map.Path"] == ["[vsyscall]"])
        #expect(events.allSatisfy { $0["ProcessId"] == ["13154"] })
        #expect(events[0].origin == Origin(product: "linux", service: "maps"))
        #expect(Decoded.recognised(Self.map)?.format == "proc-maps")
    }

    @Test(
        "the process is told by the path",
        arguments: [
            ("proc/13154/maps", "13154"), ("x/live/proc/7/maps.txt", "7"), ("c\\maps_13154.txt", "13154"),
            ("13154.maps", "13154"), ("poke.maps", nil), ("maps-1-2.txt", nil), ("maps_123456789.txt", nil),
        ] as [(String, String?)])
    func process(path: String, id: String?) {
        #expect(ProcMapsFormat.process(of: path).map(String.init) == id)
    }

    @Test(
        "other texts are no maps",
        arguments: [
            "7f921e5ea000-7f921e5eb000 ---p 00000000\n", "7f92-zz r-xp 0 0:0 0\n", "7F92-7F93 r-xp 0 0:0 0\n",
            "7f92-7f93 r-xz 0 0:0 0\n", "7f92-7f93 r-xp 0 00 0\n", "-7f93 r-xp 0 0:0 0\n", "",
        ])
    func others(text: String) {
        #expect(Decoded.recognised(text)?.format != "proc-maps")
    }
}
