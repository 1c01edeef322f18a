/// Which arguments of a system call hold what. Positions count from 0 (man pages section 2); -1: none.
struct StraceCallShape: Sendable, Equatable {
    /// The path, and the second one of calls with two.
    var path = -1
    var secondPath = -1
    /// Whether the argument before a path is the directory it is relative to.
    var isRelative = false
    /// A socket address.
    var address = -1
    /// The argument vector of a program.
    var program = -1
    /// Flags that tell reading from writing.
    var openFlags = -1

    /// The shape of a call; one that says nothing for calls that are not listed. Data.
    static func named(_ name: String) -> StraceCallShape { table[name] ?? StraceCallShape() }

    private static let table: [String: StraceCallShape] = {
        var table: [String: StraceCallShape] = [:]
        for name in [
            "stat", "stat64", "lstat", "lstat64", "access", "chdir", "mkdir", "rmdir", "unlink", "chmod", "chown",
            "lchown", "truncate", "truncate64", "readlink", "statfs", "chroot", "mknod", "utime", "utimes", "uselib",
            "acct", "swapon", "swapoff", "umount", "umount2", "setxattr", "lsetxattr", "getxattr", "lgetxattr",
            "removexattr", "lremovexattr", "listxattr", "llistxattr", "oldstat", "oldlstat",
        ] {
            table[name] = StraceCallShape(path: 0)
        }
        for name in [
            "mkdirat", "mknodat", "fchownat", "newfstatat", "fstatat64", "unlinkat", "readlinkat", "fchmodat",
            "fchmodat2", "faccessat", "faccessat2", "utimensat", "futimesat", "statx", "open_tree", "fspick",
            "name_to_handle_at",
        ] {
            table[name] = StraceCallShape(path: 1, isRelative: true)
        }
        table["inotify_add_watch"] = StraceCallShape(path: 1)
        table["open"] = StraceCallShape(path: 0, openFlags: 1)
        table["creat"] = StraceCallShape(path: 0)
        table["openat"] = StraceCallShape(path: 1, isRelative: true, openFlags: 2)
        table["openat2"] = StraceCallShape(path: 1, isRelative: true, openFlags: 2)
        for name in ["rename", "link", "symlink", "mount", "pivot_root"] {
            table[name] = StraceCallShape(path: 0, secondPath: 1)
        }
        for name in ["renameat", "renameat2", "linkat", "move_mount"] {
            table[name] = StraceCallShape(path: 1, secondPath: 3, isRelative: true)
        }
        table["symlinkat"] = StraceCallShape(path: 0, secondPath: 2)
        table["execve"] = StraceCallShape(path: 0, program: 1)
        table["execveat"] = StraceCallShape(path: 1, isRelative: true, program: 2)
        for name in ["connect", "bind", "accept", "accept4", "getpeername", "getsockname", "sendmsg", "recvmsg"] {
            table[name] = StraceCallShape(address: 1)
        }
        table["sendto"] = StraceCallShape(address: 4)
        table["recvfrom"] = StraceCallShape(address: 4)
        return table
    }()
}
