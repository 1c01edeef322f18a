import Bytes
import Events

/// An event of LAUREL: the field map says what its members mean; what cannot be said there is added here, the record types
/// (`type`), the program's arguments (`a0`…) and the command line.
struct LaurelRecord: JSONInterpreter {
    static let map = FieldMap.named("laurel")

    /// What the fields of one name are.
    private enum Meaning: UInt8 {
        case unknown, other, argument, title
    }

    /// By field number.
    private var meanings: [Meaning] = []
    private var types: [Int32] = []
    private var names: [[UInt8]] = []
    private var line: [UInt8] = []
    private var starts: [Int] = []
    /// Most arguments that get a name of their own.
    private static let argumentLimit = 256

    mutating func interpret(
        _ marks: FieldMarks, _ head: inout EventHead, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let last = batch.slots.count
        var seen: [Int32] = []
        var arguments: [FieldSlot] = []
        var title: [FieldSlot] = []
        for index in Int(head.firstSlot)..<last {
            let slot = batch.slots[index]
            learn(slot.field, vocabulary)
            let field = Int(slot.field.index)
            if types[field] >= 0, !seen.contains(types[field]) { seen.append(types[field]) }
            switch meanings[field] {
            case .argument: arguments.append(slot)
            case .title: title.append(slot)
            default: break
            }
        }
        for type in seen { batch.appendText(names[Int(type)], as: vocabulary.field("type")) }
        for (index, slot) in arguments.prefix(Self.argumentLimit).enumerated() {
            var copy = slot
            copy.field = vocabulary.field("a\(index)")
            batch.slots.append(copy)
        }
        addCommandLine(arguments.isEmpty ? title : arguments, into: &batch, vocabulary: &vocabulary)
    }

    /// Finds out what fields met for the first time are: `EXECVE.ARGV` is of the record type EXECVE.
    private mutating func learn(_ field: FieldID, _ vocabulary: Vocabulary) {
        while meanings.count <= Int(field.index) {
            let name = vocabulary.fieldNames[meanings.count]
            switch name {
            case "EXECVE.ARGV": meanings.append(.argument)
            case "PROCTITLE.ARGV": meanings.append(.title)
            default: meanings.append(.other)
            }
            guard let point = name.utf8.firstIndex(of: UInt8(ascii: ".")),
                name.utf8[..<point].allSatisfy({ $0 &- UInt8(ascii: "A") < 26 || $0 == UInt8(ascii: "_") }),
                !name.hasPrefix("PARENT_INFO."), !name.hasPrefix("CONTAINER_INFO.")
            else {
                types.append(-1)
                continue
            }
            let type = Array(name.utf8[..<point])
            if let known = names.firstIndex(of: type) {
                types.append(Int32(known))
            } else if names.count < 1024 {
                types.append(Int32(names.count))
                names.append(type)
            } else {
                types.append(-1)
            }
        }
    }

    private mutating func addCommandLine(
        _ arguments: [FieldSlot], into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        guard !arguments.isEmpty else { return }
        line.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        for slot in arguments {
            if !starts.isEmpty { line.append(0x20) }
            starts.append(line.count)
            batch.withBytes(of: slot) { line.append($0) }
        }
        batch.appendText(line, as: vocabulary.field("CommandLine"))
        if let container = ShimArguments.containerID(in: line, starts: starts) {
            batch.appendText(line[container], as: vocabulary.field("ContainerId"))
        }
    }
}

/// Auditbeat: the field map says everything.
enum AuditbeatName: FieldMapName {
    static let map = FieldMap.named("auditbeat")
}
