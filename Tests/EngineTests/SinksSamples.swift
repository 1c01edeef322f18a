import Engine
import Events
import Sigma
import Sinks

/// The alerts that all sinks are shown: ordinary ones, a grouped one, a correlation, and two written by an adversary.
enum SampleAlerts {
    static let all = [pipeMount, tlsWrite, correlation, hostile, bare]

    static let pipeMount: Alert = {
        let rule = AlertRule(
            id: "6f3d3ed0-5a1e-4f0e-9f3e-0d1b2c3a4e5f", title: "Engine pipe mounted into a container", level: .critical,
            description: "A container that can reach the engine's pipe owns the host.",
            place: Place(file: "builtin/container-evasion/rules/engine_pipe_mount.yml", line: 1),
            tags: ["attack.t1611", "attack.privilege-escalation"], techniques18: ["T1611"], techniques19: ["T1611"],
            tactics: ["privilege-escalation"], falsePositives: ["Build agents that build images inside a container"],
            strategy: "container-evasion", response: "isolate-container", isCorrelation: false)
        let command =
            "\"C:\\Program Files\\Docker\\docker.exe\" run -d --name web-1 --isolation=process --user ContainerAdministrator "
            + "-e BUILD=4711 -v \\\\.\\pipe\\docker_engine:\\\\.\\pipe\\docker_engine -v C:\\builds:C:\\src "
            + "mcr.microsoft.com/windows/servercore:ltsc2019 powershell -NoProfile -File C:\\src\\agent.ps1"
        var alert = Alert(
            id: "0f3c5a7e9b1d2f4a6c8e0b2d4f6a8c0e", rule: rule, time: Timestamp(nanoseconds: 1_628_932_353_120_456_700),
            host: "WIN-NODE-3", container: web,
            fields: [
                AlertField(name: "Channel", values: ["Microsoft-Windows-Sysmon/Operational"]),
                AlertField(name: "EventID", values: ["1"]), AlertField(name: "Computer", values: ["WIN-NODE-3"]),
                AlertField(name: "Image", values: ["C:\\Program Files\\Docker\\docker.exe"]),
                AlertField(name: "CommandLine", values: [command]),
                AlertField(
                    name: "ParentImage", values: ["C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe"]),
                AlertField(name: "User", values: ["WIN-NODE-3\\build"]),
            ],
            matched: [
                MatchedValue(field: "CommandLine", value: command, test: "contains '\\pipe\\docker_engine'"),
                MatchedValue(field: "CommandLine", value: command, test: "contains ' -v '"),
                MatchedValue(
                    field: "Image", value: "C:\\Program Files\\Docker\\docker.exe", test: "endswith '\\docker.exe'"),
            ],
            place: RecordPlace(
                path: "evidence/WIN-NODE-3/Microsoft-Windows-Sysmon%4Operational.evtx", record: 18_442,
                offset: 9_437_696,
                length: 2_104, eventRecordID: 1_018_442),
            rawHash: "9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab")
        alert.count = 37
        alert.lastTime = Timestamp(nanoseconds: 1_628_935_083_120_000_000)
        alert.groupBy = ["rule", "host", "container"]
        alert.windowSeconds = 3600
        alert.places.append(
            RecordPlace(
                path: "evidence/WIN-NODE-3/Microsoft-Windows-Sysmon%4Operational.evtx", record: 18_460,
                offset: 9_441_200, length: 2_104, eventRecordID: 1_018_460))
        alert.score = AlertScore(
            level: .critical, confidence: 92, novelty: 100,
            asset: .init(weight: .critical, why: "critical: host WIN-*"),
            behaviours: ["T1055.005", "T1562.002"])
        return alert
    }()

    static let web: AlertContainer = {
        var container = AlertContainer(id: "4f2a1b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8")
        container.name = "web-1"
        container.image = "mcr.microsoft.com/windows/servercore:ltsc2019"
        container.isolation = "process"
        container.user = "ContainerAdministrator"
        container.platform = "windows"
        container.confidence = 92
        container.evidence = ["computer-name", "layer-path"]
        container.reasons = [
            "the event's computer name is the container's short id", "its program lies in the container's layer",
        ]
        return container
    }()

    static let tlsWrite: Alert = {
        let rule = AlertRule(
            id: "2b7c9a10-7d4e-4b1f-8a55-1b0f9e6d7c33", title: "Possible TLS callback injection into another process",
            level: .high, description: "",
            place: Place(file: "builtin/container-evasion/rules/tls_callback.yml", line: 1),
            tags: ["attack.t1055.005"], techniques18: ["T1055.005", "T1562.001"], techniques19: ["T1055.005", "T1685"],
            tactics: ["stealth", "privilege-escalation"], falsePositives: [], strategy: "container-evasion",
            response: "collect-memory", isCorrelation: false)
        var container = AlertContainer(id: "b0c1d2e3f405")
        container.isolation = "hyperv"
        container.confidence = 35
        container.evidence = ["silo-path"]
        container.reasons = ["a handle's path names the silo; the runtime never reported it"]
        var alert = Alert(
            id: "77aa10ff00c3d9e1b2a4f6c8e0d2b4a6", rule: rule, time: Timestamp(nanoseconds: 1_628_932_401_000_000_000),
            host: "WIN-NODE-3", container: container,
            fields: [
                AlertField(name: "Channel", values: ["Microsoft-Windows-Threat-Intelligence/Analytic"]),
                AlertField(name: "EventID", values: ["14"]), AlertField(name: "Tls.Target", values: ["callback-array"]),
                AlertField(name: "TargetImage", values: ["C:\\Windows\\System32\\svchost.exe"]),
            ],
            matched: [MatchedValue(field: "Tls.Target", value: "callback-array", test: "is 'callback-array'")],
            place: RecordPlace(path: "evidence/ti.ndjson", record: 88, offset: 40_112, length: 512, eventRecordID: -1),
            rawHash: "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff")
        alert.score = AlertScore(level: .high, confidence: 35, novelty: nil, asset: .init(), behaviours: [])
        return alert
    }()

    static let correlation: Alert = {
        let rule = AlertRule(
            id: "c0ffee00-0000-4000-8000-000000000001",
            title: "A process ran in a container whose start no runtime log shows, and the log of the host has a hole",
            level: .medium, description: "", place: Place(file: "rules/absence.yml", line: 24), tags: [],
            techniques18: ["T1562.002"], techniques19: ["T1562.002"], tactics: [], falsePositives: [],
            strategy: "container-evasion", response: "", isCorrelation: true)
        var alert = Alert(
            id: "c1c2c3c4c5c6c7c8c9cacbcccdcecfd0", rule: rule, time: Timestamp(nanoseconds: 1_628_985_599_999_000_000),
            host: "WIN-NODE-4", container: nil,
            fields: [
                AlertField(name: "Channel", values: ["Security"]), AlertField(name: "EventID", values: ["4688"]),
                AlertField(name: "NewProcessName", values: ["C:\\Windows\\System32\\cmd.exe"]),
                AlertField(name: "SubjectUserName", values: ["WIN-NODE-4$"]),
            ], matched: [],
            place: RecordPlace(path: "evidence/Security.evtx", record: 7, offset: 4_608, length: 640, eventRecordID: 7),
            rawHash: "")
        alert.members = ["0f3c5a7e9b1d2f4a6c8e0b2d4f6a8c0e", "77aa10ff00c3d9e1b2a4f6c8e0d2b4a6"]
        alert.lastTime = Timestamp(nanoseconds: 1_628_986_000_000_000_000)
        return alert
    }()

    static let hostile: Alert = {
        let rule = AlertRule(
            id: "bad0bad0-0000-4000-8000-00000000bad0", title: "=cmd|' /C calc'!A0 \u{1B}]0;owned\u{07}title",
            level: .low,
            description: "line\u{2028}end", place: Place(file: "rules/\u{202E}lmy.elur", line: 3), tags: ["a\",\"b"],
            techniques18: [], techniques19: [], tactics: [], falsePositives: [], strategy: "", response: "",
            isCorrelation: false)
        var container = AlertContainer(id: "\u{1B}[2J\u{1B}[H")
        container.name = "@SUM(A1)"
        container.image = "evil\u{202E}txt.exe:lat\u{200B}est"
        container.isolation = "\u{9B}31mred"
        container.confidence = 10
        container.reasons = ["-2+3"]
        let value = "\u{1B}[31m\u{1B}]52;c;cm0gLXJm\u{07}first\r\n▌ CRITICAL  forged alert\u{0}\u{7F} ¦ Image: forged"
        var alert = Alert(
            id: "ffffffffffffffffffffffffffffffff", rule: rule, time: Timestamp(nanoseconds: -1), host: "-1+1\t=A1",
            container: container,
            fields: [
                AlertField(name: "EventID", values: ["+1+1"]), AlertField(name: "Twice", values: ["one"]),
                AlertField(name: "Twice", values: ["two", "three"]), AlertField(name: "None", values: []),
                AlertField(name: "CommandLine", values: [value]),
                AlertField(
                    name: "User\u{0}\"\\\u{1F600}",
                    values: ["日本語\u{E0041}", "z\u{301}\u{301}\u{301}\u{301}\u{301}algo"]),
            ],
            matched: [MatchedValue(field: "", value: value, test: "contains '\u{1B}[31m'")],
            place: RecordPlace(
                path: "evidence/\u{1B}[8m.json", record: .max, offset: 0, length: 0, eventRecordID: -1), rawHash: "")
        alert.groupBy = ["rule", "host", "=1\u{1B}[2J"]
        alert.score = AlertScore(
            level: .low, confidence: nil, novelty: 0, asset: .init(weight: .low, why: "\u{202E}low\u{1B}[2J"),
            behaviours: ["=cmd|' /C calc'!A0", "\u{1B}]0;owned\u{07}"])
        return alert
    }()

    /// As little as an alert can say.
    static let bare: Alert = {
        let rule = AlertRule(
            id: "", title: "", level: .informational, description: "", place: Place(file: ""), tags: [],
            techniques18: [],
            techniques19: [], tactics: [], falsePositives: [], strategy: "", response: "", isCorrelation: false)
        return Alert(
            id: "", rule: rule, time: .unknown, host: "", container: nil, fields: [], matched: [],
            place: RecordPlace(path: "x", record: 1, offset: 0, length: 0, eventRecordID: -1), rawHash: "")
    }()
}

/// Memory in place of a file.
final class Captured: ByteOutput {
    private(set) var bytes: [UInt8] = []
    private(set) var isFinished = false
    var text: String { String(decoding: bytes, as: UTF8.self) }
    func write(_ bytes: [UInt8]) throws(OutputError) { self.bytes += bytes }
    func finish() throws(OutputError) { isFinished = true }
}

/// All sample alerts through a sink.
func written<Sink: AlertSink>(_ make: (Captured) -> Sink, _ alerts: [Alert] = SampleAlerts.all) throws -> String {
    let output = Captured()
    var sink = make(output)
    for alert in alerts { try sink.write(alert) }
    try sink.finish()
    return output.text
}
