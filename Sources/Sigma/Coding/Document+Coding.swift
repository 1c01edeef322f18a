import Bytes

extension ParsedFile {
    /// First bytes of the compact form; the number changes whenever a shape does.
    private static let magic = Array("SIGMA-PARSED-1\n".utf8)

    /// The compact form of parsed files, for a cache beside the program: what loading YAML gives, without the YAML.
    ///
    /// Outlines (the names of search identifiers) and diagnostics are left out: matching and alerts do not need them.
    /// Files with diagnostics are better parsed again, so that people see them; see ``hasErrors``. O(total size).
    public static func encode(_ files: [ParsedFile]) -> [UInt8] {
        var writer = ByteWriter()
        writer.append(files) { writer, file in
            writer.append(file.path)
            writer.append(UInt32(file.rejected))
            writer.append(file.documents) { $1.encode(into: &$0) }
        }
        var sealed = ByteWriter(bytes: magic)
        sealed.append(CRC32.checksum(writer.bytes.span.bytes))
        return sealed.bytes + writer.bytes
    }

    /// Reads what ``encode(_:)`` wrote; nil for anything else, damaged bytes included. O(total size).
    public static func decode(_ bytes: [UInt8]) -> [ParsedFile]? {
        guard bytes.starts(with: magic) else { return nil }
        var reader = ByteReader(bytes, from: magic.count)
        guard let checksum = try? reader.integer(UInt32.self),
            CRC32.checksum(bytes.span.bytes.extracting(reader.position..<bytes.count)) == checksum
        else { return nil }
        let files = try? reader.list { (reader: inout ByteReader) throws(CodingFault) -> ParsedFile in
            let path = try reader.text()
            let rejected = Int(try reader.integer(UInt32.self))
            let documents = try reader.list { (reader: inout ByteReader) throws(CodingFault) -> Document in
                try Document(from: &reader, file: path)
            }
            return ParsedFile(path: path, documents: documents, diagnostics: [], rejected: rejected)
        }
        return reader.isAtEnd ? files : nil
    }
}

extension Document {
    func encode(into writer: inout ByteWriter) {
        switch self {
        case .rule(let rule):
            writer.append(UInt8(0))
            rule.metadata.encode(into: &writer)
            rule.place.encode(into: &writer)
            rule.logSource.encode(into: &writer)
            rule.condition.encode(into: &writer)
        case .filter(let filter):
            writer.append(UInt8(1))
            filter.metadata.encode(into: &writer)
            filter.place.encode(into: &writer)
            filter.logSource.encode(into: &writer)
            writer.append(optional: filter.rules) { $0.append($1) }
            filter.condition.encode(into: &writer)
        case .correlation(let correlation):
            writer.append(UInt8(2))
            correlation.encode(into: &writer)
        }
    }

    init(from reader: inout ByteReader, file: String) throws(CodingFault) {
        let kind = try reader.integer(UInt8.self)
        let metadata = try Metadata(from: &reader)
        let place = try Place(from: &reader, file: file)
        switch kind {
        case 0:
            let source = try LogSource(from: &reader)
            self = .rule(
                Rule(metadata: metadata, place: place, logSource: source, condition: try Expression(from: &reader)))
        case 1:
            let source = try LogSource(from: &reader)
            let rules = try reader.integer(UInt8.self) == 0 ? nil : try reader.texts()
            self = .filter(
                Filter(
                    metadata: metadata, place: place, logSource: source, rules: rules,
                    condition: try Expression(from: &reader)))
        case 2: self = .correlation(try Correlation(from: &reader, metadata: metadata, place: place))
        default: throw CodingFault()
        }
    }
}

extension Metadata {
    func encode(into writer: inout ByteWriter) {
        writer.append(title)
        writer.append(id)
        writer.append(UInt8(level.rank))
        for text in [name, status, description, author, date, modified] { writer.append(optional: text) }
        for list in [references, tags, falsePositives, fields] { writer.append(list) }
        writer.append(custom.sorted { $0.key < $1.key }) { writer, pair in
            writer.append(pair.key)
            writer.append(pair.value)
        }
    }

    init(from reader: inout ByteReader) throws(CodingFault) {
        self.init(title: try reader.text(), id: try reader.text())
        let rank = Int(try reader.integer(UInt8.self))
        guard Level.allCases.indices.contains(rank) else { throw CodingFault() }
        level = Level.allCases[rank]
        name = try reader.optionalText()
        status = try reader.optionalText()
        description = try reader.optionalText()
        author = try reader.optionalText()
        date = try reader.optionalText()
        modified = try reader.optionalText()
        references = try reader.texts()
        tags = try reader.texts()
        falsePositives = try reader.texts()
        fields = try reader.texts()
        for _ in 0..<(try reader.integer(UInt32.self)) {
            let key = try reader.text()
            custom[key] = try reader.text()
        }
    }
}

extension Place {
    func encode(into writer: inout ByteWriter) {
        writer.append(UInt32(clamping: line))
        writer.append(UInt32(clamping: column))
    }

    init(from reader: inout ByteReader, file: String) throws(CodingFault) {
        self.init(file: file, line: Int(try reader.integer(UInt32.self)), column: Int(try reader.integer(UInt32.self)))
    }
}

extension LogSource {
    func encode(into writer: inout ByteWriter) {
        for text in [category, product, service] { writer.append(optional: text) }
    }

    init(from reader: inout ByteReader) throws(CodingFault) {
        self.init(
            category: try reader.optionalText(), product: try reader.optionalText(), service: try reader.optionalText())
    }
}
