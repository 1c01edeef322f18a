import Bytes
import Events

/// Whose log it is.
enum LogSource: CaseIterable {
    case dockerDaemon, containerd, shim

    /// The kind's name in the map `logfmt`.
    var kind: StaticString {
        switch self {
        case .dockerDaemon: "dockerd"
        case .containerd: "containerd"
        case .shim: "shim"
        }
    }

    /// What only this one writes. An engine's log may hold lines of the containerd that it runs, and containerd's lines of
    /// shims; so the engine is looked for first.
    private var marks: [StaticString] {
        switch self {
        case .dockerDaemon:
            [
                "module=libcontainerd", "\"module\":\"libcontainerd\"", "libcontainerd: ", "API listen on ",
                "Loading containers: start", "Daemon has completed initialization", "Docker daemon", "module=api",
                "\"module\":\"api\"", "Calling GET /", "Calling POST /", "Calling DELETE /", "Calling HEAD /",
                "Handler for ", "[graphdriver]", "Daemon shutdown complete", "dockerd[", "handling GET request",
                "handling POST request", "Container failed to exit within", "graphdriver=", "docker daemon",
                "+job serveapi(",
            ]
        case .containerd:
            [
                "containerd successfully booted", "starting containerd", "shim disconnected",
                "io.containerd.", "RunPodSandbox", "CreateContainer within sandbox", "containerd[",
                "PullImage ", "StartContainer for", "ExecSync for", "StopPodSandbox", "cleaning up dead shim",
            ]
        case .shim:
            [
                "containerd-shim", "hcsshim::", "hcs::", "activityID=", "uvm-id=", "\"uvm-id\":", "shim-pid=",
                "vmcompute", "HcsCreateComputeSystem", "runhcs", "parentSpanID=", "\"parentSpanID\":",
            ]
        }
    }

    /// Whose log the first bytes show; nil when nothing tells.
    init?(head: RawSpan) {
        let found = Self.allCases.first { source in
            source.marks.contains { Lines.offset(of: $0, in: head) != nil }
        }
        guard let found else { return nil }
        self = found
        // hcsshim's own fields are in no line of containerd's.
        if found == .containerd,
            Lines.offset(of: "hcsshim::", in: head) != nil
                || Lines.offset(of: "parentSpanID", in: head) != nil
        {
            self = .shim
        }
    }

    /// Whose log the name of the file says it is.
    init?(path: String) {
        let name = path.split { $0 == "/" || $0 == "\\" }.last.map { $0.lowercased() } ?? ""
        if name.contains("shim") {
            self = .shim
        } else if name.contains("containerd") {
            self = .containerd
        } else if name.contains("dockerd") || name.hasPrefix("docker.log") || name.hasPrefix("upstart-docker") {
            self = .dockerDaemon
        } else {
            return nil
        }
    }
}

extension FieldWriter {
    /// The number of a source's kind.
    mutating func kind(of source: LogSource) -> Int {
        let name = Array(source.kind.description.utf8)
        return kind(named: name.span.bytes)
    }
}

/// Names one of the logs that are written as ``LogRecords`` reads them.
protocol LogName: Sendable {
    /// The format's name.
    static var name: String { get }
    /// Whose log it is; nil: anybody's.
    static var source: LogSource? { get }
}

/// The log of the Docker daemon.
enum DockerDaemonLog: LogName {
    static let name = "docker-daemon"
    static let source: LogSource? = .dockerDaemon
}

/// The log of containerd.
enum ContainerdLog: LogName {
    static let name = "containerd"
    static let source: LogSource? = .containerd
}

/// The log of a shim.
enum ShimLog: LogName {
    static let name = "containerd-shim"
    static let source: LogSource? = .shim
}

/// Any other log in logfmt.
enum AnyLogfmt: LogName {
    static let name = "logfmt"
    static let source: LogSource? = nil
}

/// A log of pairs, of JSON lines, or of both; see ``LogRecords``.
struct LogFormat<Log: LogName>: Format {
    static var name: String { Log.name }
    static var segmentation: Segmentation { .sequence(bytes: 8 << 20) }
    private var records = LogRecords(kind: Log.source?.kind ?? "")

    init() {}

    /// Certain when half of the first lines have a time and a message in one of the ways of ``LogLine`` and something only
    /// this writer says is among them; logfmt of anybody's is likely.
    static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        let lines = Lines.sample(head, limit: 32)
        var pairs = 0
        var others = 0
        for line in lines {
            guard isRecord(head, line) else { continue }
            if isPairs(head, line) { pairs += 1 } else { others += 1 }
        }
        guard pairs + others > 0 else { return nil }
        guard let source = Log.source else {
            // A panic may take most of the first lines.
            return pairs * 4 >= lines.count ? .likely : nil
        }
        guard pairs * 4 >= lines.count || (pairs + others) * 2 >= lines.count, LogSource(head: head) == source else {
            return nil
        }
        return .certain
    }

    private static func isRecord(_ head: RawSpan, _ line: Range<Int>) -> Bool {
        if isPairs(head, line) { return true }
        var plain: [UInt8] = []
        TerminalColours.appendStripped(head.extracting(line), to: &plain)
        let text = plain.span.bytes
        guard let parsed = LogLine(text, 0, plain.count, modified: nil, zone: 0) else { return false }
        switch parsed.body {
        case .json:
            return Lines.offset(of: "\"msg\":", in: text) != nil && Lines.offset(of: "\"level\":", in: text) != nil
        case .terminal: return true
        case .pairs: return isPairs(text, parsed.start..<plain.count)
        case .text:
            return parsed.program != nil && LogSource(head: text) != nil || text.uint8(at: 4) == UInt8(ascii: "/")
        }
    }

    /// A time or level, and a message.
    private static func isPairs(_ text: RawSpan, _ line: Range<Int>) -> Bool {
        guard
            let start = LogLine(text, line.lowerBound, line.upperBound, modified: nil, zone: 0), start.body == .pairs
        else { return false }
        return Lines.offset(of: "msg=", in: text, from: start.start, to: line.upperBound) != nil
    }

    mutating func begin(_ source: SourceFacts) { records.begin(source) }

    mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        records.decode(range, fileOffset: fileOffset, into: &batch, vocabulary: &vocabulary)
    }
}
