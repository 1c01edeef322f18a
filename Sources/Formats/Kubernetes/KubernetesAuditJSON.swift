import Bytes
import Events

/// Audit events of a Kubernetes API server: as it writes them (lines, lists), and as Amazon (CloudWatch), Google (Cloud
/// Audit Logs) and Azure (diagnostic logs) wrap or translate them. All get the names of the API server's own log.
///
/// The several stages of a request stay events of their own: what one has, another may not.
struct KubernetesAuditJSON: JSONInterpreter {
    static let map = FieldMap.named("kubernetes-audit")
    static let refusal = (code: "kubernetes-not-an-audit-event", detail: "another record of the same stream")

    static func recognises(_ sample: JSONShape.Sample, head: RawSpan) -> Certainty? {
        if map.admits(sample.tape, root: sample.root, text: head) { return .certain }
        // Wrapped as a text: the wrapper may be anybody's, what is in it shows.
        guard holdsText(sample, head), Lines.offset(of: "audit.k8s.io/v1", in: head) != nil,
            Lines.offset(of: "\\\"auditID\\\"", in: head) != nil
                || Lines.offset(of: "\\\"requestURI\\\"", in: head) != nil
                || Lines.offset(of: "\\\"stage\\\"", in: head) != nil
        else { return nil }
        return .certain
    }

    /// Whether the first record has one of the members whose text may be the event.
    private static func holdsText(_ sample: JSONShape.Sample, _ head: RawSpan) -> Bool {
        let tokens = sample.tape.tokens
        var roots = [sample.root]
        for name in map.unwrap {
            guard let list = sample.tape.value(at: name, of: sample.root, in: head), list + 1 < tokens.count else {
                continue
            }
            roots.append(tokens[list].kind == .array ? list + 1 : list)
        }
        return roots.contains { root in
            map.unwrapText.contains { path in
                sample.tape.value(at: path, of: root, in: head).map { tokens[$0].kind == .string } ?? false
            }
        }
    }

    static func admits(_ tape: JSONTape, root: Int, text: RawSpan) -> Bool {
        func has(_ names: StaticString...) -> Bool { names.contains { tape.hasMember($0, of: root, in: text) } }
        return has("auditID", "AuditID") || has("verb") && has("objectRef", "requestURI", "user") || has("protoPayload")
    }

    mutating func complete(
        _ tape: JSONTape, root: Int, text: RawSpan, through writer: inout FieldWriter, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        var values = KubernetesValues(tape, root: root, text: text)
        values.addObject(through: &writer, into: &batch, vocabulary: &vocabulary)
        values.addCommand(through: &writer, into: &batch, vocabulary: &vocabulary)
    }
}

/// What is derived of one audit event.
private struct KubernetesValues {
    private var uri: String
    private var isPod: Bool
    private var name: String
    private var namespace: String
    private var method: String
    private var resourceName: String
    private var status: String

    init(_ tape: JSONTape, root: Int, text: RawSpan) {
        func value(_ path: String) -> String {
            guard let index = tape.value(at: path, of: root, in: text) else { return "" }
            let token = tape.tokens[index]
            guard token.kind == .string || token.kind == .number, token.length <= 1 << 16,
                let inside = text.slice(at: Int(token.offset), length: Int(token.length))
            else { return "" }
            var bytes: [UInt8] = []
            JSONEscapes.appendUnescaped(inside, to: &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
        uri = value("requestURI")
        isPod = value("objectRef.resource") == "pods"
        name = value("objectRef.name")
        namespace = value("objectRef.namespace")
        method = value("protoPayload.methodName")
        resourceName = method.isEmpty ? "" : value("protoPayload.resourceName")
        status = method.isEmpty ? "" : value("protoPayload.status.code")
    }

    /// `objectRef` and `verb` of Google's records, and the pod of all.
    ///
    ///     io.k8s.core.v1.pods.exec.create   core/v1/namespaces/shop/pods/web-1/exec
    ///            └ group └ version └ resource, subresource, verb
    mutating func addObject(
        through writer: inout FieldWriter, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        if !method.isEmpty { addTranslated(through: &writer, into: &batch, vocabulary: &vocabulary) }
        guard isPod else { return }
        add("PodName", name, through: &writer, into: &batch, vocabulary: &vocabulary)
        add("PodNamespace", namespace, through: &writer, into: &batch, vocabulary: &vocabulary)
    }

    private mutating func addTranslated(
        through writer: inout FieldWriter, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let parts = method.split(separator: ".").map(String.init)
        // The version ends the group, which may have dots: io.k8s.authorization.rbac.v1.clusterroles.create
        guard parts.count >= 5, parts[0] == "io", parts[1] == "k8s",
            let version = parts.indices.first(where: { $0 > 1 && isVersion(parts[$0]) }), version + 2 < parts.count
        else { return }
        let group = parts[2..<version].joined(separator: ".")
        let resource = parts[version + 1]
        let subresource = version + 3 < parts.count ? parts[version + 2] : ""
        let path = resourceName.split(separator: "/").map(String.init)
        if let index = path.firstIndex(of: "namespaces"), index + 2 < path.count { namespace = path[index + 1] }
        if let index = path.lastIndex(of: resource), index + 1 < path.count { name = path[index + 1] }
        isPod = resource == "pods"
        for (field, text) in [
            ("verb", parts[parts.count - 1]), ("objectRef.apiGroup", group == "core" ? "" : groupName(group)),
            ("objectRef.apiVersion", parts[version]), ("objectRef.resource", resource),
            ("objectRef.subresource", subresource), ("objectRef.name", name), ("objectRef.namespace", namespace),
            ("responseStatus.code", Self.codes[status] ?? (status.isEmpty ? "200" : "")),
        ] as [(StaticString, String)] {
            add(field, text, through: &writer, into: &batch, vocabulary: &vocabulary)
        }
        if group != "core" {
            add("apiGroup", groupName(group), through: &writer, into: &batch, vocabulary: &vocabulary)
        }
    }

    /// Google's status codes (google.rpc.Code) as those of HTTP.
    private static let codes = ["0": "200", "3": "400", "5": "404", "6": "409", "7": "403", "16": "401", "13": "500"]

    private func isVersion(_ text: String) -> Bool {
        text.first == "v" && text.dropFirst().first.map { $0.isNumber } ?? false
    }

    /// Google writes groups the other way round and without `k8s.io`, which all but the oldest end in.
    private func groupName(_ group: String) -> String {
        if ["apps", "batch", "autoscaling", "policy", "extensions"].contains(group) { return group }
        let turned = group.split(separator: ".").reversed().joined(separator: ".")
        return turned.hasSuffix("k8s.io") ? turned : turned + ".k8s.io"
    }

    /// The command of an exec stands in the request's query only: `?command=sh&command=-c&command=id&container=web`.
    func addCommand(
        through writer: inout FieldWriter, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        guard let mark = uri.firstIndex(of: "?"), uri[..<mark].contains("/pods/") else { return }
        var command: [UInt8] = []
        var container: [UInt8] = []
        for pair in uri[uri.index(after: mark)...].split(separator: "&") {
            guard let equals = pair.firstIndex(of: "=") else { continue }
            switch pair[..<equals] {
            case "command":
                if !command.isEmpty { command.append(0x20) }
                PercentEncoding.appendDecoded(pair[pair.index(after: equals)...].utf8, to: &command)
            case "container" where container.isEmpty:
                PercentEncoding.appendDecoded(pair[pair.index(after: equals)...].utf8, to: &container)
            default: break
            }
        }
        if !command.isEmpty {
            writer.add(writer.name("Exec.Command", vocabulary: &vocabulary), text: command, into: &batch)
        }
        if !container.isEmpty {
            writer.add(writer.name("ContainerName", vocabulary: &vocabulary), text: container, into: &batch)
        }
    }

    private func add(
        _ name: StaticString, _ text: String, through writer: inout FieldWriter, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        guard !text.isEmpty else { return }
        let node = writer.name(name, vocabulary: &vocabulary)
        writer.add(node, text: text.utf8, into: &batch)
    }
}

/// Percent-encoded texts of URLs.
enum PercentEncoding {
    /// Appends a part of a query with its escapes resolved, `+` as a space; an escape that is none stands for itself.
    static func appendDecoded(_ text: some Sequence<UInt8>, to output: inout [UInt8]) {
        let bytes = Array(text)
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count, let high = digit(bytes[index + 1]),
                let low = digit(bytes[index + 2])
            {
                output.append(high << 4 | low)
                index += 3
                continue
            }
            output.append(bytes[index] == UInt8(ascii: "+") ? 0x20 : bytes[index])
            index += 1
        }
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46, 0x61...0x66: (byte & 0x0F) + 9
        default: nil
        }
    }
}
