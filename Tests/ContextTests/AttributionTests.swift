import Events
import Testing

@testable import Context

@Suite("Attribution by single evidence")
struct AttributionTests {
    /// One container `web`, process-isolated, running from 2 to 900 on the only host.
    static let known = [
        Fixture.inspect(Fixture.web, at: 5), Fixture.docker("start", Fixture.web, at: 2),
        Fixture.docker("die", Fixture.web, at: 900),
    ]

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var values: [EvidenceField: String]
        var host = "HOST01"
        var evidence: [EvidenceCode]
        var confidence: Int
        var id = Fixture.web
        var testDescription: String { name }
    }

    private static let system32 = "C:\\Windows\\System32\\"
    private static let agent = Fixture.volume(Fixture.silo, "Windows\\System32\\CExecSvc.exe")

    static let cases: [Case] = [
        Case(
            name: "image on a silo's disk", values: [.image: Fixture.disk(Fixture.silo, "app\\a.exe")],
            evidence: [.siloPath, .engine], confidence: 90),
        Case(
            name: "Security's image on a silo's volume",
            values: [.newProcessName: Fixture.volume(Fixture.silo, "Windows\\System32\\a.exe")],
            evidence: [.siloPath, .engine], confidence: 85),
        Case(
            name: "image on a volume without letter", values: [.image: Fixture.volume(Fixture.silo, "t\\a.exe")],
            evidence: [.siloPath, .engine], confidence: 45),
        Case(
            name: "the accessed process on a silo's disk",
            values: [.sourceImage: system32 + "a.exe", .targetImage: Fixture.disk(Fixture.silo, "a.exe")],
            evidence: [.siloPath, .engine], confidence: 60),
        Case(
            name: "image in an image's layer",
            values: [.image: "C:\\ProgramData\\docker\\windowsfilter\\\(Fixture.layer)\\Files\\a.exe"],
            evidence: [.layerPath, .engine], confidence: 85),
        Case(
            name: "DLL loaded from a layer",
            values: [
                .image: "x.exe",
                .imageLoaded: "C:\\ProgramData\\docker\\windowsfilter\\\(Fixture.layer)\\Files\\ntdll.dll",
            ],
            evidence: [.layerPath, .engine], confidence: 80),
        Case(
            name: "the host's session manager maps a layer's ntdll",
            values: [
                .image: system32 + "smss.exe",
                .imageLoaded: "C:\\ProgramData\\docker\\windowsfilter\\\(Fixture.layer)\\Files\\ntdll.dll",
            ], evidence: [.layerPath, .engine], confidence: 50),
        Case(
            name: "file written into the container's own layer",
            values: [
                .image: "C:\\x\\dockerd.exe",
                .targetFilename: "C:\\ProgramData\\docker\\windowsfilter\\\(Fixture.web)\\Files\\a",
            ],
            evidence: [.layerPath], confidence: 35),
        Case(
            name: "SID of ContainerAdministrator", values: [.subjectUserSid: "S-1-5-93-2-1"],
            evidence: [.containerSID, .engine], confidence: 85),
        Case(
            name: "SID of ContainerUser", values: [.securityUserID: "S-1-5-93-2-2"],
            evidence: [.containerSID, .engine], confidence: 85),
        Case(
            name: "user by name", values: [.user: "User Manager\\ContainerAdministrator"],
            evidence: [.containerSID, .engine],
            confidence: 85),
        Case(
            name: "child of the agent, host view of its path",
            values: [.image: system32 + "cmd.exe", .parentImage: system32 + "CExecSvc.exe"],
            evidence: [.agentChild, .engine], confidence: 75),
        Case(
            name: "child of the agent on the silo's volume",
            values: [.image: Fixture.volume(Fixture.silo, "Windows\\System32\\cmd.exe"), .parentImage: agent],
            evidence: [.siloPath, .agentChild, .engine], confidence: 90),
        Case(
            name: "child of something named like the agent",
            values: [.image: "C:\\a.exe", .parentImage: "C:\\Temp\\CExecSvc.exe"],
            evidence: [.agentChild, .engine], confidence: 25),
        Case(
            name: "default name of a known container", values: [:], host: String(Fixture.web.prefix(12)),
            evidence: [.computerName],
            confidence: 97),
        Case(
            name: "the same in upper case", values: [:], host: Fixture.web.prefix(12).uppercased(),
            evidence: [.computerName],
            confidence: 97),
        Case(
            name: "default name of no known container", values: [:], host: "abcdefabcdef", evidence: [.computerName],
            confidence: 80,
            id: "abcdefabcdef"),
        Case(
            name: "independent kinds add up, up to the trust in being the only one",
            values: [.image: Fixture.disk(Fixture.silo, "a.exe"), .user: "User Manager\\ContainerUser"],
            evidence: [.siloPath, .containerSID, .engine], confidence: 90),
        Case(
            name: "host, path and user add up",
            values: [.image: Fixture.disk(Fixture.silo, "a.exe"), .user: "User Manager\\ContainerUser"],
            host: String(Fixture.web.prefix(12)), evidence: [.computerName, .siloPath, .containerSID], confidence: 99),
        Case(
            name: "child of the shim with its id",
            values: [
                .image: system32 + "cmd.exe",
                .parentImage: "C:\\Program Files\\containerd\\containerd-shim-runhcs-v1.exe",
                .parentCommandLine: "containerd-shim-runhcs-v1.exe -namespace k8s.io -id \(Fixture.api) serve",
            ], evidence: [.hostProcessShim], confidence: 60, id: Fixture.api),
        Case(
            name: "console of the shim",
            values: [.image: system32 + "conhost.exe", .parentImage: "C:\\x\\containerd-shim-runhcs-v1.exe"],
            evidence: [.hostProcessShim], confidence: 30, id: "unknown"),
        Case(
            name: "image under hpc", values: [.image: "C:\\hpc\\a.exe"], evidence: [.hostProcessPath], confidence: 70,
            id: "unknown"),
        Case(
            name: "image under hpc with the id", values: [.image: "C:\\hpc\\\(Fixture.api)\\a.exe"],
            evidence: [.hostProcessPath],
            confidence: 70, id: Fixture.api),
        Case(
            name: "job of a HostProcess container",
            values: [.objectName: "\\BaseNamedObjects\\JobContainer_\(Fixture.api)"],
            evidence: [.hostProcessShim], confidence: 90, id: Fixture.api),
    ]

    @Test("each evidence gives its container, confidence, code and reason", arguments: cases)
    func evidence(_ item: Case) throws {
        let context = Fixture.context(AttributionTests.known, hosts: ["HOST01"])
        let found = try #require(context.attribution(of: Fixture.windows(host: item.host, item.values)))
        #expect(found.id == item.id)
        #expect(found.evidence == item.evidence)
        #expect(found.confidence == item.confidence)
        #expect(!found.reasons.isEmpty)
        #expect(!found.reasons.contains { $0.hasPrefix("contradiction") })
    }

    @Test(
        "near misses belong to no container",
        arguments: [
            [.image: "C:\\Windows\\System32\\cmd.exe"],
            [.image: "\\Device\\HarddiskVolume3\\Windows\\System32\\cmd.exe"],
            [.parentImage: "C:\\Windows\\System32\\NotCExecSvc.exe"],
            [.parentImage: "C:\\Windows\\System32\\CExecSvc.exe.bak"],
            [.parentImage: "C:\\x\\containerd-shim-runhcs-v2.exe"], [.subjectUserSid: "S-1-5-93-0"],
            [.subjectUserSid: "S-1-5-93-2-3"],
            [.targetUserSid: "S-1-5-18"], [.user: "User Manager\\ContainerAdmin"],
            [.user: "CORP\\ContainerAdministrator"],
            [.image: "C:\\hpcx\\a.exe"], [.objectName: "\\BaseNamedObjects\\JobContainer_12"],
            [.image: "C:\\ProgramData\\docker\\windowsfilter\\a.exe"], [:],
        ] as [[EvidenceField: String]])
    func nearMiss(values: [EvidenceField: String]) {
        let context = Fixture.context(AttributionTests.known, hosts: ["HOST01"])
        #expect(context.attribution(of: Fixture.windows(values)) == nil)
        for host in ["0a1b2c3d4e5", "0a1b2c3d4e5f6", "0a1b2c3d4e5g", "0a1b2c3d4e5f.corp.local", ""] {
            #expect(context.attribution(of: Fixture.windows(host: host, values)) == nil)
        }
    }

    @Test("an engine's record names its container with full confidence and the name of its time")
    func engine() throws {
        let context = Fixture.context(AttributionTests.known)
        let event = try #require(context.attribution(of: Fixture.docker("start", Fixture.web, at: 2)))
        #expect(event.confidence == 100)
        #expect(event.evidence == [.id, .engine])
        #expect(
            event.name == "web1" && event.isolation == .process && event.platform == "windows"
                && event.privileged == "false")
        let inspect = try #require(context.attribution(of: Fixture.inspect(Fixture.web, at: 9)))
        #expect(inspect.id == Fixture.web && inspect.confidence == 100)
        let stranger = try #require(context.attribution(of: Fixture.docker("start", Fixture.api, at: 2)))
        #expect(stranger.id == Fixture.api && stranger.name.isEmpty)
    }

    @Test("the fields are those of docs/fields.md, unknown ones left out")
    func fields() throws {
        let context = Fixture.context(AttributionTests.known, hosts: ["HOST01"])
        let found = try #require(context.attribution(of: Fixture.windows([.subjectUserSid: "S-1-5-93-2-1"])))
        let fields = Dictionary(uniqueKeysWithValues: found.fields().map { ($0.name, $0.values) })
        #expect(fields["Container.Id"] == [Fixture.web])
        #expect(fields["Container.Name"] == ["web1"])
        #expect(fields["Container.Isolation"] == ["process"])
        #expect(fields["Container.Privileged"] == ["false"])
        #expect(fields["Container.Confidence"] == ["85"])
        #expect(fields["Container.Evidence"] == ["container-sid", "engine"])
        #expect(fields["Container.Reason"]?.count == 2)
        let unknown = try #require(Context().attribution(of: Fixture.windows([.subjectUserSid: "S-1-5-93-2-1"])))
        #expect(
            unknown.fields().map(\.name) == [
                "Container.Id", "Container.Isolation", "Container.Confidence", "Container.Evidence", "Container.Reason",
            ])
        #expect(unknown.id == "unknown")
    }

    @Test("evidence codes are the ones rules may use")
    func codes() {
        #expect(
            Set(EvidenceCode.allCases.map(\.rawValue)) == [
                "id", "computer-name", "silo-path", "layer-path", "container-sid", "cexecsvc-child",
                "cexecsvc-descendant",
                "hostprocess-shim", "hpc-path", "source-name", "engine",
            ])
    }

    @Test(
        "log-source keys tell the kind of an event",
        arguments: [
            (Origin(product: "docker", service: "events"), EventKind.dockerEvent),
            (Origin(product: "docker", service: "inspect"), .dockerInspect),
            (Origin(product: "windows", channel: "Security", eventID: 4688), .processStart),
            (Origin(product: "windows", channel: "security", eventID: 4689), .processEnd),
            (Origin(product: "windows", channel: "Microsoft-Windows-Sysmon/Operational", eventID: 1), .processStart),
            (Origin(product: "windows", channel: "System", eventID: 1), .windows),
            (
                Origin(product: "windows", channel: "Microsoft-Windows-Hyper-V-Compute-Operational", eventID: 2001),
                .hostCompute
            ),
            (Origin(product: "linux", service: "auditd"), .linuxRecord),
            (Origin(product: "linux", category: "process_creation", service: "strace"), .linuxProcess),
            (Origin(product: "linux", service: "conntrack"), .flow),
            (Origin(product: "zeek", service: "dns"), .flow),
            (Origin(product: "docker", service: "container-log"), .containerOutput),
            (Origin(product: "docker", service: "network"), .dockerObject),
            (Origin(product: "siloscope", service: "flows"), .runtimeRecord),
            (Origin(product: "windows", channel: "Security", eventID: 5156), .connection),
            (
                Origin(
                    product: "windows", channel: "Microsoft-Windows-Kernel-Process/Analytic",
                    provider: "Microsoft-Windows-Kernel-Process", eventID: 22), .silo
            ),
            (Origin(product: "macos"), .other),
        ])
    func kinds(origin: Origin, kind: EventKind) {
        #expect(EventKind(origin) == kind)
        #expect(ContextBuilder.wants(origin) == (kind != .windows && kind != .other && kind != .runtimeRecord))
        #expect(Context.concerns(kind) == (kind != .other))
    }
}
