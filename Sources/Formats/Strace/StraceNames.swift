/// The names of strace's fields, as bytes.
struct StraceNames: Sendable {
    let processID = Array("ProcessId".utf8)
    let processName = Array("ProcessName".utf8)
    let syscall = Array("Syscall".utf8)
    let argumentText = Array("Arguments".utf8)
    /// `a0a1a2…a10a11…`: one array, so that a name costs no reference count; see ``argument(_:)``.
    let arguments = Array((0...CallArguments.limit).map { "a\($0)" }.joined().utf8)
    let result = Array("Result".utf8)
    let resultPath = Array("Result.Path".utf8)
    let errno = Array("Errno".utf8)
    let duration = Array("Duration".utf8)
    let path = Array("Path".utf8)
    let secondPath = Array("Path.New".utf8)
    let fullPath = Array("Path.Full".utf8)
    let descriptorPath = Array("Fd.Path".utf8)
    let commandLine = Array("CommandLine".utf8)
    let containerID = Array("ContainerId".utf8)
    let family = Array("Socket.Family".utf8)
    let address = Array("Socket.Address".utf8)
    let port = Array("Socket.Port".utf8)
    let socketPath = Array("Socket.Path".utf8)
    let unfinished = Array("Unfinished".utf8)
    let signal = Array("Signal".utf8)
    let exitCode = Array("ExitCode".utf8)
    let message = Array("Message".utf8)

    /// Where the name of an argument stands in ``arguments``.
    @inline(__always)
    static func argument(_ index: Int) -> Range<Int> {
        index < 10 ? (2 &* index)..<(2 &* index &+ 2) : (3 &* index &- 10)..<(3 &* index &- 7)
    }
}

/// The words of strace's lines, as bytes.
enum StraceWords {
    static let unfinished = Array("<unfinished ...>".utf8)
    static let detached = Array("<detached ...>".utf8)
    static let resumed = Array("<... ".utf8)
    static let resumedEnd = Array(" resumed>".utf8)
    static let exited = Array("exited with ".utf8)
    static let killed = Array("killed by ".utf8)
    static let superseded = Array("superseded by execve in pid ".utf8)
    static let message = Array("strace: ".utf8)
    static let process = Array("Process ".utf8)
    static let personality = Array("[ Process PID=".utf8)
    static let family = Array("sa_family=".utf8)
    static let port = Array("htons(".utf8)
    static let ipv4 = Array("inet_addr(\"".utf8)
    static let ipv6 = Array("inet_pton(AF_INET6, \"".utf8)
    static let socketPath = Array("sun_path=".utf8)
    static let currentDirectory = Array("AT_FDCWD".utf8)
    static let writing = ["O_CREAT", "O_WRONLY", "O_RDWR", "O_TRUNC", "O_APPEND"].map { Array($0.utf8) }
}
