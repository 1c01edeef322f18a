import Bytes

/// `crictl ps -o json` and `crictl pods -o json`: an object with a list of containers or of pods' sandboxes.
struct CrictlJSON: JSONInterpreter {
    static let map = FieldMap.named("crictl")

    static func recognises(_ sample: JSONShape.Sample, head: RawSpan) -> Certainty? {
        let tokens = sample.tape.tokens
        for name in map.unwrap {
            guard let list = sample.tape.value(at: name, of: sample.root, in: head), tokens[list].kind == .array,
                list + 1 < tokens.count
            else { continue }
            if sample.tape.object(at: list + 1, in: head, hasMembers: ["id", "podSandboxId"])
                || sample.tape.object(at: list + 1, in: head, hasMembers: ["id", "metadata", "state", "createdAt"])
            {
                return .certain
            }
        }
        return nil
    }
}
