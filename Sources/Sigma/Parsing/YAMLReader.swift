import Yams

/// Reads the YAML of a rule file into ``YAMLNode``s. Every bound that protects against a hostile file is here.
struct YAMLReader {
    /// Largest file, bytes of UTF-8.
    static let maximumBytes = 16 << 20
    /// Most values in a file, aliases counted as often as they are used.
    static let maximumNodes = 1_000_000
    /// Most keys of one map.
    static let maximumPairs = 50_000
    /// Deepest nesting of maps and lists.
    static let maximumDepth = 64
    /// Most places that look like an alias, in a file that has anchors: few enough that no chain of them explodes.
    static let maximumAliases = 24

    let path: String
    private let text: String
    private(set) var documents: [YAMLNode] = []
    private(set) var diagnostics: [Diagnostic] = []
    private var nodes = 0

    /// Reads all documents of `text`. A file that is broken in the middle keeps the documents before the break.
    /// - Parameter readsPlain: whether ``PlainYAML`` may read what it can, instead of Yams.
    init(path: String, text: String, readsPlain: Bool = true) {
        self.path = path
        self.text = text
        guard text.utf8.count <= Self.maximumBytes else {
            let size = text.utf8.count
            reject(.limit, "the file has \(size) bytes; at most \(Self.maximumBytes) are read", 0, 0)
            return
        }
        if readsPlain, let document = PlainYAML.read(text) {
            documents = [document]
            return
        }
        guard Self.aliasesAreFew(text) else {
            reject(.limit, "the file uses more than \(Self.maximumAliases) YAML aliases", 0, 0)
            return
        }
        // A string of up to 15 bytes has no memory of its own for Yams to point into.
        compose(text.utf8.count < 16 ? text + String(repeating: "\n", count: 16) : text)
    }

    private mutating func compose(_ text: String) {
        do {
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            while let root = try parser.nextRoot() {
                guard let document = convert(root, depth: 0) else { return }
                documents.append(document)
            }
        } catch let error as YamlError {
            report(error)
        } catch {
            reject(.syntax, "\(error)", 0, 0)
        }
    }

    private mutating func reject(_ code: Diagnostic.Code, _ message: String, _ line: Int, _ column: Int) {
        diagnostics.append(Diagnostic(code, at: Place(file: path, line: line, column: column), message))
    }

    /// `nil` when a bound was reached, with a diagnostic.
    private mutating func convert(_ node: Node, depth: Int) -> YAMLNode? {
        nodes += 1
        let line = node.mark?.line ?? 0
        let column = node.mark?.column ?? 0
        guard nodes <= Self.maximumNodes else {
            reject(.limit, "more than \(Self.maximumNodes) YAML values", line, column)
            return nil
        }
        guard depth < Self.maximumDepth else {
            reject(.limit, "maps and lists are nested deeper than \(Self.maximumDepth)", line, column)
            return nil
        }
        let value: YAMLNode.Value
        switch node {
        case .scalar(let scalar):
            value = .scalar(Self.scalar(scalar))
        case .sequence(let sequence):
            var items: [YAMLNode] = []
            items.reserveCapacity(sequence.count)
            for element in sequence {
                guard let item = convert(element, depth: depth + 1) else { return nil }
                items.append(item)
            }
            value = .sequence(items)
        case .mapping(let mapping):
            guard let pairs = convert(mapping, depth: depth) else { return nil }
            value = .mapping(pairs)
        case .alias:
            reject(.syntax, "an alias without its anchor", line, column)
            return nil
        }
        return YAMLNode(value: value, line: Int32(clamping: line), column: Int32(clamping: column))
    }

    private mutating func convert(_ mapping: Node.Mapping, depth: Int) -> [YAMLPair]? {
        guard mapping.count <= Self.maximumPairs else {
            let mark = mapping.mark
            reject(.limit, "a map has more than \(Self.maximumPairs) keys", mark?.line ?? 0, mark?.column ?? 0)
            return nil
        }
        var pairs: [YAMLPair] = []
        pairs.reserveCapacity(mapping.count)
        for (key, element) in mapping {
            let line = key.mark?.line ?? 0
            let column = key.mark?.column ?? 0
            guard case .scalar(let name) = key else {
                reject(.wrongType, "a key must be text", line, column)
                return nil
            }
            guard let item = convert(element, depth: depth + 1) else { return nil }
            pairs.append(
                YAMLPair(key: name.string, line: Int32(clamping: line), column: Int32(clamping: column), value: item))
        }
        return pairs
    }

    private static func scalar(_ scalar: Node.Scalar) -> YAMLScalar {
        var plain = scalar.style == .plain
        if plain, !scalar.tag.description.isEmpty { plain = scalar.tag.description != Tag.Name.str.rawValue }
        return YAMLScalar(text: scalar.string, plain: plain)
    }

    private mutating func report(_ error: YamlError) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let before = context.map { $0.text + ": " } ?? ""
            let place = clamped(mark)
            reject(.syntax, before + problem, place.line, place.column)
        case .duplicatedKeysInMapping(let duplicates, let context):
            let names = duplicates.prefix(3).joined(separator: "', '")
            reject(.duplicateKey, "the key '\(names)' stands twice in one map", context.mark.line, context.mark.column)
        case .reader(let problem, _, _, _):
            reject(.syntax, problem, 0, 0)
        default:
            reject(.syntax, "not readable as YAML", 0, 0)
        }
    }

    /// The end of the text instead of a place behind it.
    private func clamped(_ mark: Mark) -> (line: Int, column: Int) {
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        guard mark.line > lines.count else { return (mark.line, mark.column) }
        return (lines.count, (lines.last?.count ?? 0) + 1)
    }

    /// Whether the file cannot expand much: it has no anchors, or few places that look like an alias.
    ///
    /// Counts `&x` and `*x` where a YAML token can start. Text inside quotes and blocks may be counted too, which only
    /// matters for a file that has more than ``maximumAliases`` of them and an anchor.
    private static func aliasesAreFew(_ text: String) -> Bool {
        var anchors = 0
        var aliases = 0
        var previous: UInt8 = 0x0A
        var mark: UInt8 = 0
        for byte in text.utf8 {
            if mark != 0, byte > 0x20 {
                if mark == UInt8(ascii: "&") { anchors += 1 } else { aliases += 1 }
            }
            mark = 0
            if byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*") {
                switch previous {
                case 0x0A, 0x0D, 0x20, 0x09, UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: ","): mark = byte
                default: break
                }
            }
            previous = byte
        }
        return anchors == 0 || aliases <= maximumAliases
    }
}

/// What the two readers make of a text, for the test that they agree.
package enum YAMLComparison {
    /// Every value with its place, one per line; `nil` when ``PlainYAML`` declines.
    package static func plain(_ text: String) -> String? { PlainYAML.read(text).map { describe($0, "") } }

    /// The same by Yams; `nil` unless it finds exactly one document and no error.
    package static func yams(_ text: String) -> String? {
        let reader = YAMLReader(path: "", text: text, readsPlain: false)
        guard reader.diagnostics.isEmpty, reader.documents.count == 1 else { return nil }
        return reader.documents.first.map { describe($0, "") }
    }

    private static func describe(_ node: YAMLNode, _ indent: String) -> String {
        let place = "\(indent)\(node.line):\(node.column) "
        switch node.value {
        case .scalar(let scalar): return place + (scalar.plain ? "plain " : "quoted ") + scalar.text.debugDescription
        case .sequence(let items):
            return ([place + "list"] + items.map { describe($0, indent + " ") }).joined(separator: "\n")
        case .mapping(let pairs):
            let lines = pairs.flatMap { pair in
                [
                    "\(indent) \(pair.line):\(pair.column) key \(pair.key.debugDescription)",
                    describe(pair.value, indent + "  "),
                ]
            }
            return ([place + "map"] + lines).joined(separator: "\n")
        }
    }
}
