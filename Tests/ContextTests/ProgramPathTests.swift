import Testing

@testable import Context

@Suite("Paths of programs")
struct ProgramPathTests {
    @Test(
        "one program of an image is one, whoever saw it",
        arguments: [
            Fixture.disk(Fixture.silo, "app\\A.exe"), Fixture.volume(Fixture.otherSilo, "App\\a.exe"), "C:\\app\\a.exe",
            "c:\\APP\\A.EXE", "\\\\?\\C:\\app\\a.exe", "\\??\\C:\\app\\a.exe",
            "C:\\ProgramData\\docker\\windowsfilter\\\(Fixture.layer)\\Files\\app\\a.exe",
        ])
    func one(path: String) {
        #expect(ProgramPath(path)?.path == "c:\\app\\a.exe")
        #expect(ProgramPath(path)?.key == "c:\\app\\a.exe")
        #expect(ProgramPath(path)?.name == "a.exe")
    }

    @Test(
        "programs of standard folders are known by name",
        arguments: [
            ("/bin/sh", false, "sh"), ("/usr/bin/sh", false, "sh"), ("sh", false, "sh"), ("/tmp/sh", false, "/tmp/sh"),
            ("/usr/Local/bin/x", false, "/usr/Local/bin/x"), ("cmd", true, "cmd.exe"), ("CMD.EXE", false, "cmd.exe"),
            ("\\SystemRoot\\System32\\smss.exe", true, "smss.exe"),
            (Fixture.disk(Fixture.silo, "Windows\\System32\\cmd.exe"), true, "cmd.exe"),
            ("D:\\cmd.exe", true, "d:\\cmd.exe"), ("/bin/x", true, "x"),
        ])
    func keys(path: String, windows: Bool, key: String) { #expect(ProgramPath(path, windows: windows)?.key == key) }

    @Test("no program", arguments: ["", "-", "/tmp/", "C:\\"])
    func none(path: String) { #expect(ProgramPath(path) == nil) }

    @Test(
        "system names elsewhere are masquerades",
        arguments: [
            ("C:\\Windows\\System32\\svchost.exe", "", false), ("C:\\Windows\\SysWOW64\\svchost.exe", "", false),
            (Fixture.disk(Fixture.silo, "Windows\\System32\\lsass.exe"), "", false),
            (Fixture.volume(Fixture.silo, "Windows\\System32\\CExecSvc.exe"), "", false),
            ("\\SystemRoot\\System32\\smss.exe", "", false),
            ("\\Device\\HarddiskVolume3\\Windows\\System32\\svchost.exe", "", false),
            ("\\Device\\HarddiskVolume3\\x\\Windows\\System32\\svchost.exe", "", true),
            (
                "\\Device\\vmsmb\\VSMB-{dcc079ae-60ba-4d07-847c-3493609c0870}\\os\\Windows\\System32\\lsass.exe", "",
                false
            ),
            (Fixture.disk(Fixture.silo, "Temp\\lsass.exe"), "", true), ("C:\\inetpub\\CExecSvc.exe", "", true),
            ("C:\\app\\notes.exe", "", false), ("svchost.exe", "", false),
            ("/tmp/.cache/kworker", "", true), ("/usr/bin/kworker", "", true), ("/app/kworker:0", "", true),
            ("/usr/sbin/sshd", "", false), ("/dev/shm/sshd", "", true), ("/usr/bin/perl", "[kworker/0:1] -x", true),
            ("/usr/bin/[", "[ -f /x ]", false), ("kworker", "", false), ("/usr/bin/kubelet", "", false),
        ])
    func masquerade(path: String, commandLine: String, expected: Bool) throws {
        #expect(SystemPrograms.isMasquerade(try #require(ProgramPath(path)), commandLine: commandLine) == expected)
    }

    @Test(
        "folders for temporary files",
        arguments: [
            ("/tmp/a", true), ("/dev/shm/x/a", true), ("/var/tmp/a", true), ("/usr/tmp2/a", false),
            ("C:\\Windows\\Temp\\a.exe", true), ("C:\\Users\\ContainerUser\\AppData\\Local\\Temp\\a.exe", true),
            ("C:\\Users\\ContainerUser\\AppData\\Local\\a.exe", false), ("C:\\app\\temp\\a.exe", false),
        ])
    func temporary(path: String, expected: Bool) throws {
        #expect(try #require(ProgramPath(path)).isInTemporaryFolder == expected)
    }
}
