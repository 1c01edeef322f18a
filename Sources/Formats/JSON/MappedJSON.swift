import Bytes
import Events

/// Names the field map of a JSON format: all that such a format needs, besides its line in ``Formats/all``.
protocol FieldMapName: Sendable {
    /// The map, `FieldMaps/NAME.yml`.
    static var map: FieldMap { get }
}

/// A format whose files are JSON and whose particulars all stand in a field map.
///
/// For each there are two entries in the table, told apart by layout: one object a line, and documents (arrays,
/// pretty-printed or concatenated objects).
protocol JSONFormatKind: Format {
    static var map: FieldMap { get }
    /// The layout that this entry reads.
    static var shape: JSONShape { get }
    /// Whether the first object of a file shows this format.
    static func recognises(sample: JSONShape.Sample, head: RawSpan) -> Certainty?
}

extension JSONFormatKind {
    /// As the map says.
    public static var speaksOfContainers: Bool { map.speaksOfContainers }

    /// As the map says, from the first record that can be read; the extension is ignored.
    public static func recognises(head: RawSpan, fileExtension: String) -> Certainty? {
        JSONShape.examine(head).flatMap { recognises(sample: $0, head: head) }
    }
}

extension FieldMap {
    /// Whether an object looks like a record of this format: it has all members of one of the alternatives.
    func admits(_ tape: JSONTape, root: Int, text: RawSpan) -> Bool {
        recognise.contains { alternative in
            alternative.allSatisfy { condition in
                if condition.hasPrefix("!") {
                    return tape.value(at: String(condition.dropFirst()), of: root, in: text) == nil
                }
                guard let equals = condition.firstIndex(of: "=") else {
                    return tape.value(at: condition, of: root, in: text) != nil
                }
                let wanted = Array(condition[condition.index(after: equals)...].utf8)
                guard let value = tape.value(at: String(condition[..<equals]), of: root, in: text) else { return false }
                let token = tape.tokens[value]
                return Int(token.length) == wanted.count
                    && text.equals(wanted.span.bytes, at: Int(token.offset), otherOffset: 0, length: wanted.count)
            }
        }
    }
}

/// A record of a mapped format: the map says everything.
struct MappedRecord<Name: FieldMapName>: JSONInterpreter {
    static var map: FieldMap { Name.map }
}

/// A mapped format, one object a line.
struct MappedJSONLines<Interpreter: JSONInterpreter>: JSONFormatKind {
    static var map: FieldMap { Interpreter.map }
    static var shape: JSONShape { .lines }
    static func recognises(sample: JSONShape.Sample, head: RawSpan) -> Certainty? {
        sample.shape == shape ? Interpreter.recognises(sample, head: head) : nil
    }
    static var name: String { map.name }
    static var segmentation: Segmentation { .lines(bytes: 8 << 20) }
    private var records = JSONRecords<Interpreter>()

    mutating func begin(_ source: SourceFacts) { records.begin(source) }

    mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        records.decodeLines(range, fileOffset: fileOffset, into: &batch, vocabulary: &vocabulary)
    }
}

/// A mapped format as documents.
struct MappedJSONDocuments<Interpreter: JSONInterpreter>: JSONFormatKind {
    static var map: FieldMap { Interpreter.map }
    static var shape: JSONShape { .document }
    static func recognises(sample: JSONShape.Sample, head: RawSpan) -> Certainty? {
        sample.shape == shape ? Interpreter.recognises(sample, head: head) : nil
    }
    static var name: String { map.name }
    static var segmentation: Segmentation { .sequence(bytes: 8 << 20) }
    private var records = JSONRecords<Interpreter>()

    mutating func begin(_ source: SourceFacts) { records.begin(source) }

    mutating func decode(
        _ range: Range<Int>, fileOffset: Int64, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        records.decodeDocuments(range, fileOffset: fileOffset, into: &batch, vocabulary: &vocabulary)
    }

    mutating func finish(into batch: inout EventBatch, vocabulary: inout Vocabulary) {
        records.finishDocument(into: &batch)
    }
}

/// The two entries of a JSON format.
func jsonFormats<Interpreter: JSONInterpreter>(_ interpreter: Interpreter.Type) -> [any Format.Type] {
    [MappedJSONLines<Interpreter>.self, MappedJSONDocuments<Interpreter>.self]
}
