import Sigma

/// Events of one kind as a log would hold them: names and UTF-8 values, a few distinct events repeated.
struct Lane {
    var name: String
    var kind: EventKind
    var names: [String]
    var events: [[[UInt8]]]

    /// Bytes of all values.
    var byteCount: Int { events.reduce(0) { $0 + $1.reduce(0) { $0 + $1.count } } }
}

/// SplitMix64, so that every run measures the same events.
struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}

/// Makes lanes of ordinary telemetry: browsers, services, developers at work; attacks are rare.
struct LaneMaker {
    private var random = Seeded(state: 42)
    private static let sysmon = "Microsoft-Windows-Sysmon/Operational"

    mutating func lanes(count: Int) -> [Lane] {
        [
            processCreation(count), audit4688(count), networkConnection(count), imageLoad(count), fileCreate(count),
            registrySet(count), scriptBlock(count), logon(count),
        ]
    }

    private mutating func pick(_ list: [String]) -> String { list.randomElement(using: &random) ?? "" }
    private mutating func number(_ limit: Int) -> String { String(Int.random(in: 1..<limit, using: &random)) }
    private mutating func hex(_ digits: Int) -> String {
        String((0..<digits).map { _ in Array("0123456789ABCDEF")[Int.random(in: 0..<16, using: &random)] })
    }
    private mutating func guid() -> String { "{\(hex(8))-\(hex(4))-\(hex(4))-\(hex(4))-\(hex(12))}" }
    private mutating func time() -> String {
        "2026-03-0\(number(9)) 1\(number(9)):3\(number(9)):2\(number(9)).\(hex(3))"
    }
    private mutating func word() -> String { pick(Self.words) + number(1000) }
    private mutating func hashes() -> String {
        "SHA1=\(hex(40)),MD5=\(hex(32)),SHA256=\(hex(64)),IMPHASH=\(hex(32))"
    }

    private static let words = [
        "report", "budget", "index", "cache", "session", "module", "update", "config", "layout", "profile", "service",
        "customer", "invoice", "project", "build", "package", "schema", "render", "worker", "metric",
    ]
    private static let images = [
        #"C:\Windows\System32\svchost.exe"#, #"C:\Windows\explorer.exe"#, #"C:\Windows\System32\services.exe"#,
        #"C:\Program Files\Google\Chrome\Application\chrome.exe"#, #"C:\Windows\System32\RuntimeBroker.exe"#,
        #"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe"#, #"C:\Windows\System32\cmd.exe"#,
        #"C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE"#, #"C:\Windows\System32\conhost.exe"#,
        #"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe"#, #"C:\Program Files\Git\cmd\git.exe"#,
        #"C:\Program Files\Docker\Docker\resources\bin\docker.exe"#, #"C:\Windows\System32\taskhostw.exe"#,
        #"C:\Users\anna\AppData\Local\Programs\Microsoft VS Code\Code.exe"#, #"C:\Windows\System32\SearchIndexer.exe"#,
        #"C:\Program Files\Common Files\Microsoft Shared\ClickToRun\OfficeClickToRun.exe"#,
    ]

    private mutating func commandLine(_ image: String) -> String {
        let quoted = "\"\(image)\""
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return "\(quoted) -k netsvcs -p -s \(word())"
        case 1:
            return "\(quoted) --type=renderer --lang=de --device-scale-factor=1 --renderer-client-id=\(number(90000))"
                + " --time-ticks-at-unix-epoch=-\(number(1_000_000)) --mojo-platform-channel-handle=\(number(9000)) /prefetch:1"
        case 2: return "\(quoted) C:\\Users\\anna\\Documents\\\(word())\\\(word()).docx"
        case 3: return "\(quoted) status --porcelain=2 --branch --show-stash \(word())"
        case 4:
            return
                "\(quoted) run --rm -it -v C:\\src\\\(word()):/app mcr.microsoft.com/windows/nanoserver:ltsc2022 \(word())"
        case 5: return "\(quoted) 0xffffffff -ForceV1"
        case 6: return "\(quoted) /c npm run \(word()) -- --config C:\\src\\\(word())\\\(word()).json --watch"
        default: return "\(quoted) -Embedding"
        }
    }

    private mutating func lane(
        _ name: String, channel: String, id: Int, count: Int, _ fields: [String],
        _ event: (inout LaneMaker) -> [String]
    ) -> Lane {
        var events: [[[UInt8]]] = []
        for _ in 0..<count {
            let values = event(&self)
            precondition(values.count == fields.count)
            events.append(
                (values + [channel, String(id), "HOST-\(number(40)).corp.example", number(900_000)]).map {
                    Array($0.utf8)
                })
        }
        return Lane(
            name: name, kind: EventKind(product: "windows", channel: channel, eventID: id),
            names: fields + ["Channel", "EventID", "Computer", "EventRecordID"], events: events)
    }

    private mutating func processCreation(_ count: Int) -> Lane {
        lane(
            "sysmon 1 process_creation", channel: Self.sysmon, id: 1, count: count,
            [
                "UtcTime", "ProcessGuid", "ProcessId", "Image", "FileVersion", "Description", "Product", "Company",
                "OriginalFileName", "CommandLine", "CurrentDirectory", "User", "LogonGuid", "LogonId", "IntegrityLevel",
                "Hashes", "ParentProcessGuid", "ParentImage", "ParentCommandLine",
            ]
        ) { make in
            let image = make.pick(Self.images)
            let parent = make.pick(Self.images)
            return [
                make.time(), make.guid(), make.number(20000), image, "10.0.\(make.number(30000)).\(make.number(3000))",
                "Host for \(make.word())", "Microsoft® Windows® Operating System", "Microsoft Corporation",
                String(image.split(separator: "\\").last ?? ""), make.commandLine(image),
                "C:\\Users\\anna\\src\\\(make.word())\\", "CORP\\anna", make.guid(), "0x\(make.hex(6))", "Medium",
                make.hashes(), make.guid(), parent, make.commandLine(parent),
            ]
        }
    }

    private mutating func audit4688(_ count: Int) -> Lane {
        lane(
            "security 4688", channel: "Security", id: 4688, count: count,
            [
                "SubjectUserSid", "SubjectUserName", "SubjectDomainName", "SubjectLogonId", "NewProcessId",
                "NewProcessName", "TokenElevationType", "ProcessId", "CommandLine", "TargetUserSid", "TargetUserName",
                "TargetDomainName", "TargetLogonId", "ParentProcessName", "MandatoryLabel",
            ]
        ) { make in
            let image = make.pick(Self.images)
            return [
                "S-1-5-21-\(make.number(999_999_999))-1001", "anna", "CORP", "0x\(make.hex(6))", "0x\(make.hex(4))",
                image,
                "%%1938", "0x\(make.hex(4))", make.commandLine(image), "S-1-0-0", "-", "-", "0x0",
                make.pick(Self.images), "S-1-16-8192",
            ]
        }
    }

    private mutating func networkConnection(_ count: Int) -> Lane {
        lane(
            "sysmon 3 network_connection", channel: Self.sysmon, id: 3, count: count,
            [
                "UtcTime", "ProcessGuid", "ProcessId", "Image", "User", "Protocol", "Initiated", "SourceIsIpv6",
                "SourceIp", "SourceHostname", "SourcePort", "DestinationIsIpv6", "DestinationIp", "DestinationHostname",
                "DestinationPort", "DestinationPortName",
            ]
        ) { make in
            [
                make.time(), make.guid(), make.number(20000), make.pick(Self.images), "CORP\\anna", "tcp", "true",
                "false",
                "10.1.\(make.number(250)).\(make.number(250))", "HOST-7", make.number(60000), "false",
                "52.\(make.number(250)).\(make.number(250)).9", "edge-\(make.word()).example.net", "443", "https",
            ]
        }
    }

    private mutating func imageLoad(_ count: Int) -> Lane {
        lane(
            "sysmon 7 image_load", channel: Self.sysmon, id: 7, count: count,
            [
                "UtcTime", "ProcessGuid", "ProcessId", "Image", "ImageLoaded", "FileVersion", "Description", "Product",
                "Company", "OriginalFileName", "Hashes", "Signed", "Signature", "SignatureStatus", "User",
            ]
        ) { make in
            let dll = make.pick(["ntdll", "kernel32", "user32", "combase", "rpcrt4", "msvcp140", "clr", "ws2_32"])
            return [
                make.time(), make.guid(), make.number(20000), make.pick(Self.images),
                "C:\\Windows\\System32\\\(dll).dll",
                "10.0.\(make.number(30000)).1", "\(make.word()) client", "Microsoft® Windows® Operating System",
                "Microsoft Corporation", "\(dll).dll", make.hashes(), "true", "Microsoft Windows", "Valid",
                "CORP\\anna",
            ]
        }
    }

    private mutating func fileCreate(_ count: Int) -> Lane {
        lane(
            "sysmon 11 file_event", channel: Self.sysmon, id: 11, count: count,
            ["UtcTime", "ProcessGuid", "ProcessId", "Image", "TargetFilename", "CreationUtcTime", "User"]
        ) { make in
            let folder = make.pick([
                #"C:\Users\anna\AppData\Local\Google\Chrome\User Data\Default\Cache\"#, #"C:\src\node_modules\"#,
                #"C:\Windows\Temp\"#, #"C:\ProgramData\Microsoft\Windows Defender\Scans\"#,
                #"C:\Users\anna\Documents\"#,
            ])
            let ending = make.pick(["tmp", "json", "js", "docx", "log", "dat"])
            return [
                make.time(), make.guid(), make.number(20000), make.pick(Self.images),
                "\(folder)\(make.word()).\(ending)",
                make.time(), "CORP\\anna",
            ]
        }
    }

    private mutating func registrySet(_ count: Int) -> Lane {
        lane(
            "sysmon 13 registry_set", channel: Self.sysmon, id: 13, count: count,
            ["EventType", "UtcTime", "ProcessGuid", "ProcessId", "Image", "TargetObject", "Details", "User"]
        ) { make in
            let key = make.pick([
                #"HKLM\System\CurrentControlSet\Services\Tcpip\Parameters\"#,
                #"HKLM\SOFTWARE\Microsoft\Windows Search\"#,
                #"HKU\S-1-5-21-1\Software\Microsoft\Windows\CurrentVersion\Explorer\RecentDocs\"#,
                #"HKU\S-1-5-21-1\Software\Microsoft\Office\16.0\Word\Reading Locations\"#,
            ])
            return [
                "SetValue", make.time(), make.guid(), make.number(20000), make.pick(Self.images), key + make.word(),
                "DWORD (0x\(make.hex(8)))", "CORP\\anna",
            ]
        }
    }

    private mutating func scriptBlock(_ count: Int) -> Lane {
        lane(
            "powershell 4104 ps_script (3 KB)", channel: "Microsoft-Windows-PowerShell/Operational", id: 4104,
            count: count,
            ["MessageNumber", "MessageTotal", "ScriptBlockText", "ScriptBlockId", "Path"]
        ) { make in
            var text = ""
            while text.utf8.count < 3000 {
                text +=
                    "function Get-\(make.word()) { param([string]$\(make.word()), [int]$count = \(make.number(9))) \n"
                text += "  $items = Get-ChildItem -Path $root -Filter '*.json' | Where-Object { $_.Length -gt 10 }\n"
                text +=
                    "  foreach ($item in $items) { Write-Verbose \"\(make.word()) $item\"; $total += $item.Length }\n"
                text += "  return [pscustomobject]@{ Name = '\(make.word())'; Total = $total }\n}\n"
            }
            return ["1", "1", text, make.guid(), "C:\\src\\\(make.word())\\\(make.word()).ps1"]
        }
    }

    private mutating func logon(_ count: Int) -> Lane {
        lane(
            "security 4624 (few rules)", channel: "Security", id: 4624, count: count,
            [
                "SubjectUserSid", "SubjectUserName", "SubjectDomainName", "SubjectLogonId", "TargetUserSid",
                "TargetUserName", "TargetDomainName", "TargetLogonId", "LogonType", "LogonProcessName",
                "AuthenticationPackageName", "WorkstationName", "LogonGuid", "ProcessId", "ProcessName", "IpAddress",
                "IpPort",
            ]
        ) { make in
            [
                "S-1-5-18", "HOST-7$", "CORP", "0x3e7", "S-1-5-21-\(make.number(999_999))-1104", "anna", "CORP",
                "0x\(make.hex(6))", "3", "Kerberos", "Kerberos", "-", make.guid(), "0x0", "-",
                "10.1.\(make.number(250)).\(make.number(250))", make.number(60000),
            ]
        }
    }
}
