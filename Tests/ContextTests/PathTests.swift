import Bytes
import Testing

@testable import Context

@Suite("Silo paths and the first look")
struct PathTests {
    static let cases: [(String, SiloPath?)] = [
        (Fixture.disk(Fixture.silo, "Windows\\System32\\cmd.exe"), .virtualDisk(Fixture.silo)),
        (Fixture.disk(Fixture.silo.uppercased(), "app\\a.exe").lowercased(), .virtualDisk(Fixture.silo)),
        (Fixture.disk(Fixture.silo.uppercased(), "app\\a.exe"), .virtualDisk(Fixture.silo)),
        ("\\Device\\VhdHardDisk{6c3f}\\a.exe", nil),
        ("\\Device\\VhdHardDisk\\a.exe", nil),
        ("\\Device\\HarddiskVolume3\\Windows\\System32\\cmd.exe", nil),
        (Fixture.volume(Fixture.silo, "Windows\\System32\\svchost.exe"), .systemVolume(Fixture.silo)),
        (Fixture.volume(Fixture.silo, "WINDOWS\\system32\\svchost.exe"), .systemVolume(Fixture.silo)),
        ("\\??\\Volume{\(Fixture.silo)}\\Windows\\System32\\a.exe", .systemVolume(Fixture.silo)),
        (Fixture.volume(Fixture.silo, "Windows\\System32evil\\a.exe"), .otherVolume(Fixture.silo)),
        (Fixture.volume(Fixture.silo, "tools\\a.exe"), .otherVolume(Fixture.silo)),
        ("\\\\?\\Volumes{\(Fixture.silo)}\\Windows\\System32\\a.exe", nil),
        ("\\\\?\\C:\\Windows\\System32\\a.exe", nil),
        (
            "C:\\ProgramData\\docker\\windowsfilter\\\(Fixture.layer)\\Files\\Windows\\System32\\ntdll.dll",
            .dockerLayer(Fixture.layer)
        ),
        ("D:\\d\\WindowsFilter\\\(Fixture.layer.uppercased())\\FILES\\a.dll", .dockerLayer(Fixture.layer)),
        (
            "\\Device\\HarddiskVolume3\\ProgramData\\docker\\windowsfilter\\\(Fixture.layer)\\Files\\a.dll",
            .dockerLayer(Fixture.layer)
        ),
        ("C:\\ProgramData\\docker\\windowsfilter\\\(Fixture.layer)\\sandbox.vhdx", .drive),
        ("C:\\ProgramData\\docker\\windowsfilter\\\(Fixture.layer.dropLast())\\Files\\a.dll", .drive),
        ("C:\\ProgramData\\docker\\xwindowsfilter\\\(Fixture.layer)\\Files\\a.dll", .drive),
        (
            "C:\\ProgramData\\containerd\\root\\io.containerd.snapshotter.v1.windows\\snapshots\\42\\Files\\a.dll",
            .snapshot("42")
        ),
        (
            "C:\\ProgramData\\containerd\\root\\io.containerd.snapshotter.v1.windows\\snapshots\\x2\\Files\\a.dll",
            .drive
        ),
        (
            "C:\\ProgramData\\Microsoft\\Windows\\Containers\\BaseImages\\\(Fixture.silo)\\BaseLayer\\Files\\a.dll",
            .baseImage(Fixture.silo)
        ),
        ("C:\\BaseImages\\\(Fixture.silo)\\Files\\a.dll", .drive),
        ("C:\\hpc\\app\\a.exe", .hostProcessRoot("")),
        ("c:\\HPC\\\(Fixture.web)\\a.exe", .hostProcessRoot(Fixture.web)),
        ("C:\\hpcx\\a.exe", .drive),
        ("C:\\tools\\hpc\\a.exe", .drive),
        ("C:\\Windows\\System32\\cmd.exe", .drive),
        ("cmd.exe", nil), ("", nil), ("\\", nil), ("C:", nil), ("System", nil), ("\\\\server\\share\\a.exe", nil),
    ]

    @Test("a path tells its silo, and a near miss tells nothing", arguments: cases)
    func classify(path: String, expected: SiloPath?) { #expect(SiloPath(path) == expected) }

    private static func looks(_ text: String, _ look: (RawSpan, Bool) -> Bool) -> [Bool] {
        let narrow = Array(text.utf8)
        let wide = text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
        return [look(narrow.span.bytes, false), look(wide.span.bytes, true)]
    }

    private static func isTelling(_ path: String) -> Bool {
        switch SiloPath(path) {
        case .none, .drive: false
        default: true
        }
    }

    @Test("the first look lets every telling path through, in both encodings", arguments: cases.map(\.0))
    func screen(path: String) {
        for admitted in PathTests.looks(path, { Screen.path($0, wide: $1) }) where PathTests.isTelling(path) {
            #expect(admitted)
        }
    }

    @Test("the first look turns ordinary paths away")
    func ordinary() {
        for path in [
            "C:\\Windows\\System32\\svchost.exe", "C:\\Program Files\\Vendor\\Product Name\\bin\\service.exe",
            "\\Device\\HarddiskVolume3\\Windows\\System32\\svchost.exe", "System", "C:\\ProgramData\\Vendor\\agent.exe",
        ] {
            #expect(PathTests.looks(path) { Screen.path($0, wide: $1) } == [false, false])
            #expect(PathTests.looks(path) { Screen.parent($0, wide: $1) } == [false, false])
        }
    }

    @Test("the first look never turns away what the rules find: generated paths")
    func generated() {
        var random = Seeded(1)
        let pieces = [
            "\\", "\\", "C:", "\\Device\\VhdHardDisk{\(Fixture.silo)}", "\\\\?\\Volume{\(Fixture.silo)}", "\\??\\",
            "windowsfilter",
            Fixture.layer, "Files", "io.containerd.snapshotter.v1.windows", "snapshots", "7", "Containers",
            "BaseImages", "hpc",
            "Windows", "System32", Fixture.silo, "CExecSvc.exe", "containerd-shim-runhcs-v1.exe", "a.exe", "", "é", "𝄞",
            "User Manager", "ContainerUser", "ContainerAdministrator", "S-1-5-93-2-1", "S-1-5-93-2-2",
            "JobContainer_" + Fixture.layer,
        ]
        var telling = 0
        for _ in 0..<20_000 {
            var text = ""
            for _ in 0..<Int.random(in: 1...9, using: &random) {
                text += pieces.randomElement(using: &random) ?? ""
                if Bool.random(using: &random) { text += "\\" }
            }
            if Bool.random(using: &random) { text = text.uppercased() }
            if PathTests.isTelling(text) {
                telling += 1
                #expect(PathTests.looks(text) { Screen.path($0, wide: $1) } == [true, true], "\(text)")
            }
            if EvidenceRules.isAgent(text) || EvidenceRules.isShim(text) {
                #expect(PathTests.looks(text) { Screen.parent($0, wide: $1) } == [true, true], "\(text)")
            }
            if ContainerUser.ofName(text) != nil {
                #expect(PathTests.looks(text) { Screen.user($0, wide: $1) } == [true, true], "\(text)")
            }
            if ContainerUser.ofSID(text) != nil {
                #expect(PathTests.looks(text) { Screen.sid($0, wide: $1) } == [true, true], "\(text)")
            }
            if EvidenceRules.jobContainerID(text) != nil {
                #expect(PathTests.looks(text) { Screen.admits($0, wide: $1, of: .object) } == [true, true], "\(text)")
            }
        }
        #expect(telling > 1000)
    }
}
