import Yams

/// Why a case or scenario file could not be read: file, line, what.
public struct SampleError: Error, Sendable, CustomStringConvertible {
    /// Path of the case or scenario file; empty where it is not known.
    public var path: String
    /// 1-based; 0 when unknown.
    public var line: Int
    /// What is wrong, in one line without the place.
    public var reason: String

    /// An error; the path may be empty where the file is not known.
    public init(path: String, line: Int, reason: String) {
        self.path = path
        self.line = line
        self.reason = reason
    }

    /// `path:line: reason`, without the line when it is unknown.
    public var description: String { line > 0 ? "\(path):\(line): \(reason)" : "\(path): \(reason)" }
}

extension CaseFile {
    /// Reads a case file: `rule`, `fires`, `silent`, and optionally `inventory`.
    public init(_ file: ContentFile) throws(SampleError) {
        let reader = SampleReader(path: file.path)
        let root = try reader.root(file.text)
        path = file.path
        rule = try reader.text("rule", of: root)
        fires = try reader.samples("fires", of: root)
        silent = try reader.samples("silent", of: root)
        inventory = root["inventory"]?.sequence?.compactMap { $0.string } ?? []
    }
}

/// A story for the example evidence: a host, its containers and a timeline.
public struct Scenario: Sendable, Equatable {
    /// Computer name of the host; Windows events that name no `Computer` get it.
    public var host: String
    /// RFC 3339.
    public var start: String
    /// `docker inspect` bodies.
    public var containers: [String]
    /// The story's events, in the order of the file.
    public var timeline: [SampleEvent]

    /// Reads a scenario file.
    public init(_ file: ContentFile) throws(SampleError) {
        let reader = SampleReader(path: file.path)
        let root = try reader.root(file.text)
        host = try reader.text("host", of: root)
        start = try reader.text("start", of: root)
        containers = root["containers"]?.sequence?.compactMap { $0.string } ?? []
        guard let entries = root["timeline"]?.sequence else { throw reader.error("no timeline", at: root) }
        timeline = []
        for entry in entries { timeline.append(try reader.event(entry, log: entry["log"]?.string, host: host)) }
    }
}

/// Reads the shapes that cases and scenarios share.
struct SampleReader {
    let path: String

    func error(_ reason: String, at node: Node?) -> SampleError {
        SampleError(path: path, line: node?.mark?.line ?? 0, reason: reason)
    }

    func root(_ text: String) throws(SampleError) -> Node {
        do {
            guard let node = try Yams.compose(yaml: text), node.mapping != nil else {
                throw SampleError(path: path, line: 1, reason: "not a YAML mapping")
            }
            return node
        } catch let error as SampleError {
            throw error
        } catch {
            throw SampleError(path: path, line: 0, reason: "not YAML: \(error)")
        }
    }

    func text(_ key: String, of node: Node) throws(SampleError) -> String {
        guard let text = node[key]?.string else { throw error("`\(key)` is missing", at: node) }
        return text
    }

    func samples(_ key: String, of root: Node) throws(SampleError) -> [Sample] {
        guard let list = root[key]?.sequence else { throw error("`\(key)` is missing or not a list", at: root) }
        var samples: [Sample] = []
        for node in list {
            let note = node["note"]?.string ?? ""
            let ends = node["ends_at"]?.string.flatMap(SampleReader.seconds)
            if let sequence = node["sequence"]?.sequence {
                var events: [SampleEvent] = []
                for step in sequence { events.append(try event(step["event"] ?? step, at: step["at"]?.string)) }
                samples.append(Sample(note: note, events: events, endsAt: ends))
            } else {
                samples.append(Sample(note: note, events: [try event(node["event"] ?? node)], endsAt: ends))
            }
        }
        return samples
    }

    /// One event. `log` and `host` are a scenario's short forms for the channel and the computer.
    func event(
        _ node: Node, at time: String? = nil, log: String? = nil, host: String? = nil
    ) throws(SampleError) -> SampleEvent {
        let offset = (time ?? node["at"]?.string).flatMap(SampleReader.seconds) ?? 0
        let source = node["source"]?.string ?? (log == "docker" ? "docker-events" : "windows")
        switch source {
        case "docker-events":
            return SampleEvent(offset: offset, payload: .dockerEvent(json: try text("json", of: node)))
        case "docker-inspect":
            return SampleEvent(offset: offset, payload: .dockerInspect(json: try text("json", of: node)))
        case "json": return SampleEvent(offset: offset, payload: .json(try text("json", of: node)))
        case "file":
            let name = try text("name", of: node)
            guard !name.isEmpty, !name.contains("/"), !name.hasPrefix(".") else {
                throw error("`name` is not a plain file name", at: node)
            }
            return SampleEvent(offset: offset, payload: .file(name: name, text: try text("text", of: node)))
        case "derived":
            let fields = try fields(of: node)
            let service = try text("service", of: node)
            return SampleEvent(
                offset: offset,
                payload: .derived(.init(service: service, host: node["host"]?.string ?? host ?? "", fields: fields)))
        case "windows": return SampleEvent(offset: offset, payload: .windows(try windows(node, log: log, host: host)))
        default: throw error("unknown source `\(source)`", at: node)
        }
    }

    private func fields(of node: Node) throws(SampleError) -> [WindowsSample.Field] {
        guard let mapping = node["fields"]?.mapping else { throw error("`fields` is missing", at: node) }
        var fields: [WindowsSample.Field] = []
        for (key, value) in mapping {
            guard let name = key.string else { throw error("a field name is not text", at: key) }
            if let sequence = value.sequence {
                fields.append(.init(name: name, values: sequence.compactMap { $0.scalar?.string }))
            } else if let scalar = value.scalar {
                fields.append(.init(name: name, values: [scalar.string]))
            } else {
                throw error("field `\(name)` is neither a value nor a list", at: value)
            }
        }
        return fields
    }

    private func windows(_ node: Node, log: String?, host: String?) throws(SampleError) -> WindowsSample {
        let fields = try fields(of: node)
        var sample = WindowsSample(fields: fields, userDataElement: node["user_data"]?.string)
        if sample.system["Channel"] == nil, let log { sample.system["Channel"] = SampleReader.channel(log) }
        if sample.system["Computer"] == nil, let host { sample.system["Computer"] = host }
        return sample
    }

    /// A scenario may say `Sysmon` for the channel's long name.
    private static func channel(_ log: String) -> String {
        log == "Sysmon" ? "Microsoft-Windows-Sysmon/Operational" : log
    }

    /// `+00:03:12`, `90s`, `5m`, `2h` or a plain number of seconds.
    static func seconds(_ text: String) -> Double? {
        var text = Substring(text)
        if text.hasPrefix("+") { text = text.dropFirst() }
        if text.contains(":") {
            var total = 0.0
            for part in text.split(separator: ":") {
                guard let number = Double(part) else { return nil }
                total = total * 60 + number
            }
            return total
        }
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
        if let last = text.last, let unit = units[last] { return Double(text.dropLast()).map { $0 * unit } }
        return Double(text)
    }
}
