/// What systems call their own programs, and where they keep them: content of the fields, no decision.
enum SystemPrograms {
    /// Folders that systems keep programs in, with the separator at the end; lower case on Windows.
    static let standardFolders: Set<String> = [
        "/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/", "/usr/local/sbin/",
        "c:\\windows\\", "c:\\windows\\system32\\", "c:\\windows\\syswow64\\", "c:\\windows\\system32\\wbem\\",
        "c:\\windows\\system32\\windowspowershell\\v1.0\\",
    ]

    /// Programs of Windows that lie in System32 and nowhere else (`windows-containers` facts, A4).
    static let windowsCore: Set<String> = [
        "svchost.exe", "lsass.exe", "csrss.exe", "services.exe", "smss.exe", "wininit.exe", "winlogon.exe",
        "cexecsvc.exe", "lsm.exe", "spoolsv.exe", "taskhostw.exe", "fontdrvhost.exe", "lsaiso.exe", "dwm.exe",
    ]

    /// Threads of the Linux kernel: they have no file. Also with `/0` and the like behind.
    static let kernelThreads: Set<String> = [
        "kworker", "kthreadd", "ksoftirqd", "kswapd0", "kswapd", "migration", "rcu_sched", "rcu_preempt", "rcu_gp",
        "rcu_bh", "kdevtmpfs", "khugepaged", "ksmd", "kcompactd0", "kblockd", "kauditd", "khungtaskd", "kintegrityd",
        "watchdog", "watchdogd", "cpuhp", "netns", "oom_reaper", "writeback", "jbd2", "scsi_eh_0", "kthrotld",
        "ata_sff",
        "edac-poller", "devfreq_wq", "mm_percpu_wq",
    ]

    /// Services of Linux that a program in a folder for temporary files may want to look like.
    static let linuxServices: Set<String> = [
        "sshd", "cron", "crond", "systemd", "systemd-journald", "systemd-udevd", "systemd-logind", "systemd-resolved",
        "init", "dbus-daemon", "agetty", "rsyslogd", "auditd", "dockerd", "containerd", "containerd-shim",
        "containerd-shim-runc-v2", "runc", "kubelet", "udevd", "polkitd", "NetworkManager", "atd",
    ]

    /// Shells and interpreters: what they run is told by their arguments, not by their name.
    static let interpreters: Set<String> = [
        "sh", "bash", "ash", "dash", "zsh", "ksh", "busybox", "cmd", "powershell", "pwsh", "python", "python2",
        "python3",
        "perl", "ruby", "node", "php", "lua", "java", "cscript", "wscript", "mshta", "rundll32", "regsvr32", "awk",
        "env",
    ]

    /// Binaries that are many programs, told by the name they are called by.
    static let multiCall: Set<String> = ["busybox", "toybox", "coreutils"]

    /// Programs that start others with fewer rights and must have more themselves.
    static let launchers: Set<String> = [
        "runc", "crun", "runsc", "containerd-shim", "containerd-shim-runc-v2", "docker-init", "tini", "dumb-init",
        "sudo",
        "su", "gosu", "su-exec", "setpriv",
    ]

    /// Accounts that may do everything in a container.
    static let administrators: Set<String> = [
        "containeradministrator", "user manager\\containeradministrator", "root", "0", "0:0", "root:root",
        "administrator", "nt authority\\system", "system",
    ]

    /// Whether images keep no programs in a folder, because everyone may write there. Lower case on Windows. O(n).
    static func isTemporary(_ folder: String, windows: Bool) -> Bool {
        guard windows else {
            return ["/tmp/", "/var/tmp/", "/dev/shm/", "/run/shm/"].contains { folder.hasPrefix($0) }
        }
        if ["c:\\windows\\temp\\", "c:\\temp\\", "c:\\tmp\\", "c:\\users\\public\\", "c:\\perflogs\\"].contains(where: {
            folder.hasPrefix($0)
        }) {
            return true
        }
        guard folder.hasPrefix("c:\\users\\") else { return false }
        let parts = folder.utf8.split(separator: UInt8(ascii: "\\"), maxSplits: 6)
        return parts.count > 5 && parts[3].elementsEqual("appdata".utf8) && parts[4].elementsEqual("local".utf8)
            && parts[5].elementsEqual("temp".utf8)
    }

    /// Whether a program is named as one of the system's, and is not it.
    static func isMasquerade(_ program: ProgramPath, commandLine: String) -> Bool {
        let name = program.name
        if program.isWindows {
            guard program.hasFolder, windowsCore.contains(name) else { return false }
            let isReal = ["c:\\windows\\system32\\", "c:\\windows\\syswow64\\"].contains(program.folder)
            return !isReal && !isOtherSystemVolume(program.folder)
        }
        // The kernel's threads run no file; programs that show themselves in brackets want to look like them.
        if commandLine.utf8.first == UInt8(ascii: "["), !commandLine.hasPrefix("[ "), !commandLine.hasPrefix("[[") {
            return commandLine.utf8.contains(UInt8(ascii: "]"))
        }
        if name.utf8.first == UInt8(ascii: "["), name.utf8.last == UInt8(ascii: "]"), name.utf8.count > 2 {
            return true
        }
        guard program.hasFolder else { return false }
        let stem = String(name.prefix { $0 != ":" && $0 != "/" })
        return kernelThreads.contains(stem) || (program.isInTemporaryFolder && linuxServices.contains(name))
    }

    /// System32 as the kernel names it on a volume of the host or a share of a utility VM:
    /// `\Device\HarddiskVolume3\Windows\System32\`, `\Device\vmsmb\VSMB-{…}\os\Windows\System32\`.
    private static func isOtherSystemVolume(_ folder: String) -> Bool {
        let parts = folder.utf8.split(separator: UInt8(ascii: "\\")).map { String(decoding: $0, as: UTF8.self) }
        guard parts.first == "device", parts.suffix(2) == ["windows", "system32"] else { return false }
        switch parts.count {
        case 4: return parts[1].hasPrefix("harddiskvolume")
        case 6: return parts[1] == "vmsmb" && parts[2].hasPrefix("vsmb-{") && parts[3] == "os"
        default: return false
        }
    }
}
