import Archives
import Foundation
import Testing

@testable import Formats

@Suite struct CollectorTests {
    typealias Folder = EvidenceTests.Folder

    struct Case: CustomTestStringConvertible, Sendable {
        let trail: [String]
        let original: String?
        let host: String?
        var testDescription: String { trail.joined(separator: "!") }

        init(_ trail: [String], _ original: String?, _ host: String?) {
            (self.trail, self.original, self.host) = (trail, original, host)
        }
    }

    @Test(
        "layouts give the original path and the host",
        arguments: [
            Case(
                ["/e/Collection-WIN7-PC-2024-05-01T10_11_12Z.zip", "uploads/auto/C%3A/Windows/x%20y.evtx"],
                #"C:\Windows\x y.evtx"#, "WIN7-PC"),
            Case(["/e/c.zip", "uploads/ntfs/%5C%5C.%5CC%3A/$MFT"], #"C:\$MFT"#, nil),
            Case(
                ["/e/Collection-h.example.com-2024-05-01T10:11:12Z.zip", "data.zip", "uploads/auto/var/log/auth.log"],
                "/var/log/auth.log", "h.example.com"),
            Case(
                [
                    "/e/c.zip",
                    "uploads/ntfs/%5C%5C%3F%5CGLOBALROOT%5CDevice%5CHarddiskVolumeShadowCopy1/Windows/a.evtx",
                ], #"\\?\GLOBALROOT\Device\HarddiskVolumeShadowCopy1\Windows\a.evtx"#, nil),
            Case(["/e/Collection-A-2024-05-01T10_11_12Z.zip", "results/x.json"], nil, "A"),
            Case(["/cases/SRV01.zip", "C/Windows/System32/x.evtx"], #"C:\Windows\System32\x.evtx"#, "SRV01"),
            Case(["/cases/SRV01.zip", #"C\Windows\x.evtx"#], #"C:\Windows\x.evtx"#, "SRV01"),
            Case(["/cases/2024-05-01T101112_SRV02.zip", "D/Users/a.json"], #"D:\Users\a.json"#, "SRV02"),
            Case(["/cases/out/C/Windows/x.evtx"], #"C:\Windows\x.evtx"#, nil),
            Case(["/cases/SRV01/C/Windows/x.evtx"], #"C:\Windows\x.evtx"#, nil),
            Case(["/cases/DESKTOP-1A2B3C4/C/Windows/x.evtx"], #"C:\Windows\x.evtx"#, "DESKTOP-1A2B3C4"),
            Case(["/cases/triage.zip", "C/Windows/x.evtx"], #"C:\Windows\x.evtx"#, nil),
            Case(
                ["/e/uac-web-01-linux-20240501101112.tar.gz", "[root]/var/log/audit/audit.log"],
                "/var/log/audit/audit.log", "web-01"),
            Case(["/e/uac-web-01-linux-20240501101112.tar.gz", "live_response/ps.txt"], nil, "web-01"),
            Case(["/e/hosts/web1/var/log/syslog"], nil, "web1"),
            Case(["/e/hosts/web1.json"], nil, nil), Case(["/e/a/b.json"], nil, nil),
            // Collected content says nothing about hosts.
            Case(
                ["/e/SRV01.zip", "C/Users/x/hosts/EVIL/a.json"], #"C:\Users\x\hosts\EVIL\a.json"#, "SRV01"),
            Case(
                ["/e/SRV01.zip", "C/Users/x/uac-EVIL-linux-20240501101112/[root]/a"],
                #"C:\Users\x\uac-EVIL-linux-20240501101112\[root]\a"#, "SRV01"),
            Case(
                ["/e/SRV01.zip", "C/Users/x/uploads/auto/C%3A/a.json"], #"C:\Users\x\uploads\auto\C:\a.json"#, "SRV01"),
            Case(["/e/c.zip", "uploads/auto/C%3A/a%1B%ZZ%4"], "C:\\a␛%ZZ%4", nil),
        ])
    func layouts(_ sample: Case) {
        let file = FoundFile(path: "x", contentPath: "x", size: 1, trail: sample.trail)
        let path = CollectionPath(trail: sample.trail)
        var hosts = CollectionHosts([file], notes: [])
        #expect(CollectorLayout.spots(of: path).compactMap(\.original).first == sample.original)
        #expect(hosts.host(of: path) == sample.host)
    }

    @Test("Velociraptor's notes name the host, in a folder and in a zip; those collected do not") func notes() throws {
        let folder = try Folder()
        let members: [(path: String, text: String)] = [
            ("client_info.json", #"{"Hostname":"PC1","Fqdn":"pc1.example.com","OS":"windows"}"#),
            ("uploads/auto/C%3A/Windows/x.json", "{\"a\":1}\n"),
            ("uploads/auto/C%3A/Users/client_info.json", #"{"Hostname":"EVIL"}"#),
            ("uploads/auto/C%3A/Users/y.json", "{\"a\":1}\n"),
        ]
        try folder.archive("a.zip", [.zip], members)
        for member in members { try folder.write("unpacked/" + member.path, member.text) }
        try folder.write("unpacked/client_info.json", #"[{"client_id":"C.1","os_info":{"hostname":"pc2"}}]"#)
        try folder.write("other.json", "{\"a\":1}\n")
        let evidence = folder.evidence()
        for source in evidence.sources {
            let path = folder.short(source.path)
            #expect(source.host == (path == "other.json" ? nil : path.hasPrefix("a.zip") ? "pc1.example.com" : "pc2"))
        }
        #expect(
            evidence.sources.compactMap(\.originalPath)
                == [#"C:\Users\client_info.json"#, #"C:\Users\y.json"#, #"C:\Windows\x.json"#]
                + [#"C:\Users\client_info.json"#, #"C:\Users\y.json"#, #"C:\Windows\x.json"#])
    }

    @Test("a folder above a drive is a host when KAPE's log lies in it, or others stand beside it") func drives() throws
    {
        let folder = try Folder()
        try folder.write("kape/SRV1/C/Windows/x.json", "{\"a\":1}\n")
        try folder.write("kape/SRV1/2024-05-01T10_11_12_1234567_ConsoleLog.txt", "log\n")
        try folder.write("many/SRV2/C/Windows/x.json", "{\"a\":1}\n")
        try folder.write("many/SRV3/C/Windows/x.json", "{\"a\":1}\n")
        try folder.write("one/SRV4/C/Windows/x.json", "{\"a\":1}\n")
        try folder.write("none/c/windows.json", "{\"a\":1}\n")
        let evidence = folder.evidence()
        #expect(evidence.defects.isEmpty)
        #expect(
            evidence.sources.map { $0.host ?? "-" } == ["SRV1", "SRV1", "SRV2", "SRV3", "-", "-"],
            "\(evidence.sources.map(\.path))")
    }
}
