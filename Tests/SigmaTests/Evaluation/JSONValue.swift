import Foundation

/// JSON of the reference vectors, with integers, booleans and nulls told apart.
enum JSONValue: Decodable, Sendable {
    case null
    case boolean(Bool)
    case number(String)
    case text(String)
    case list([JSONValue])
    case map([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Int.self) {
            self = .number(String(value))
        } else if let value = try? container.decode(Double.self) {
            self = .number(String(value))
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .list(value)
        } else {
            self = .map(try container.decode([String: JSONValue].self))
        }
    }

    /// As YAML in flow style, which JSON is.
    var yaml: String {
        switch self {
        case .null: return "null"
        case .boolean(let value): return String(value)
        case .number(let text): return text
        case .text(let text):
            let escaped = text.unicodeScalars.map { scalar -> String in
                switch scalar {
                case "\"": "\\\""
                case "\\": "\\\\"
                case let control where control.value < 0x20 || control.value == 0x7F: "\\x" + hexadecimal(control.value)
                default: String(scalar)
                }
            }
            return "\"" + escaped.joined() + "\""
        case .list(let items): return "[" + items.map(\.yaml).joined(separator: ", ") + "]"
        case .map(let pairs):
            let texts = pairs.sorted { $0.key < $1.key }.map { JSONValue.text($0.key).yaml + ": " + $0.value.yaml }
            return "{" + texts.joined(separator: ", ") + "}"
        }
    }

    /// The values of an event's field, as the reference reads them.
    var fieldValues: [String] {
        switch self {
        case .null: [""]
        case .boolean(let value): [String(value)]
        case .number(let text): [text]
        case .text(let text): [text]
        case .list(let items): items.flatMap(\.fieldValues)
        case .map: []
        }
    }

    private func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }
}

/// One line of `vectors.jsonl` or `fuzz.jsonl`.
struct ReferenceVector: Decodable, Sendable {
    var name: String?
    var detection: JSONValue
    var event: [String: JSONValue]
    var expect: Bool

    var fields: [String: [String]] { event.mapValues(\.fieldValues) }
    var rule: String { "{title: t, logsource: {product: any}, detection: \(detection.yaml)}" }
}

/// The folder with development data; tests that need it skip when it is absent.
enum SharedData {
    static let folder: URL? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let given = ProcessInfo.processInfo.environment["SILOSCOPE_SHARED"].map { URL(filePath: $0) }
        let folder = given ?? root.deletingLastPathComponent().appending(path: "shared")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    static func file(_ path: String) -> URL? {
        guard let file = folder?.appending(path: path), FileManager.default.fileExists(atPath: file.path) else {
            return nil
        }
        return file
    }

    static func lines(_ path: String) throws -> [Data] {
        guard let file = file(path) else { return [] }
        return try Data(contentsOf: file).split(separator: 0x0A)
    }

    /// The rule files below a folder of the corpus, sorted by path.
    static func rules(_ folders: [String]) throws -> [(path: String, text: String)] {
        var files: [(path: String, text: String)] = []
        for name in folders {
            guard let folder = file("data/sigma/" + name) else { continue }
            for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) where path.hasSuffix(".yml") {
                let text = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
                files.append((name + "/" + path, text))
            }
        }
        return files.sorted { $0.path < $1.path }
    }

    static let corpusFolders = [
        "rules", "rules-emerging-threats", "rules-threat-hunting", "rules-placeholder", "rules-compliance",
        "rules-dfir",
    ]
}
