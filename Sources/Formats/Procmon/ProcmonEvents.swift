import Bytes
import Events

/// Makes events of the rows of Process Monitor, of either layout: native columns, the pairs of the detail, and the names of
/// Sigma.
struct ProcmonEvents: Sendable {
    /// Most processes whose program is remembered; past it all are forgotten.
    static let processLimit = 1 << 16

    private static let success = Array("SUCCESS".utf8)

    var writer = FieldWriter(map: .named("procmon"))
    private var clock = ProcmonClock()
    /// Programs by pid, as process starts and image loads named them.
    private var programs: [Int64: [UInt8]] = [:]
    private var pairs: [(key: Range<Int>, value: Range<Int>)] = []
    private var scratch: [UInt8] = []
    private var names = ProcmonNames()

    /// Turns to a source.
    mutating func begin(_ source: SourceFacts) {
        writer.begin(source)
        clock.begin(source)
        programs.removeAll(keepingCapacity: true)
    }

    /// Appends the event of a row.
    mutating func append(
        _ row: ProcmonRow, _ record: FieldWriter.Record, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        writer.begin(batch)
        for (name, _, value) in row.values { add(name, value, into: &batch, vocabulary: &vocabulary) }
        let detail = readDetail(row, into: &batch, vocabulary: &vocabulary)
        let operation = row[.operation].map { text(of: $0, batch) { ProcmonOperation($0) } } ?? .other
        let succeeded = row[.result].map { text(of: $0, batch) { equals($0, Self.success) } } ?? true
        var record = record
        record.kind = kind(operation, row, detail, succeeded, batch)
        record.time = clock.moment(row, record.offset, into: &batch)
        if succeeded { learnProgram(operation, row, detail, batch) }
        addActor(operation, row, into: &batch, vocabulary: &vocabulary)
        addRegistry(operation, detail, into: &batch, vocabulary: &vocabulary)
        addConnection(operation, row, into: &batch, vocabulary: &vocabulary)
        writer.end(record, into: &batch, vocabulary: &vocabulary)
    }

    private mutating func add(
        _ name: [UInt8], _ value: ProcmonValue, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let number = writer.name(name.span.bytes, vocabulary: &vocabulary)
        writer.add(number, offset: value.offset, length: value.length, inArena: value.inArena, into: &batch)
    }

    private mutating func add(
        _ name: [UInt8], text: [UInt8], into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let number = writer.name(name.span.bytes, vocabulary: &vocabulary)
        writer.add(number, text: text, into: &batch)
    }

    private func text<Result>(of value: ProcmonValue, _ batch: borrowing EventBatch, _ body: (RawSpan) -> Result)
        -> Result
    {
        batch.withBytes(of: value.slot, body)
    }

    private func equals(_ text: RawSpan, _ word: [UInt8]) -> Bool {
        text.byteCount == word.count && text.equals(word, at: 0, from: 0, length: word.count)
    }

    /// Splits the detail into fields; where the pairs that the decoder itself needs stand.
    private mutating func readDetail(
        _ row: ProcmonRow, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) -> ProcmonFacts {
        var facts = ProcmonFacts()
        guard let detail = row[.detail], detail.length > 0 else { return facts }
        var pairs = self.pairs
        self.pairs = []
        var name = scratch
        scratch = []
        batch.withBytes(of: detail.slot) { ProcmonDetail.read($0, into: &pairs) }
        for (key, value) in pairs {
            name.removeAll(keepingCapacity: true)
            name.append(contentsOf: ProcmonNames.detail)
            batch.withBytes(of: detail.part(key).slot) { name.append($0) }
            let part = detail.part(value)
            let number = writer.name(name.span.bytes, vocabulary: &vocabulary)
            writer.add(number, offset: part.offset, length: part.length, inArena: part.inArena, into: &batch)
            facts.take(name, part)
        }
        self.pairs = pairs
        scratch = name
        return facts
    }

    /// The kind: the operation, with what the result and the detail say of it.
    private mutating func kind(
        _ operation: ProcmonOperation, _ row: ProcmonRow, _ facts: ProcmonFacts, _ succeeded: Bool,
        _ batch: borrowing EventBatch
    ) -> Int {
        guard let name = row[.operation] else { return FieldKinds.plain }
        var suffix: StaticString = ""
        if !succeeded {
            suffix = "/failed"
        } else {
            switch operation {
            case .createFile:
                if let result = facts.openResult, !text(of: result, batch, { equals($0, ProcmonNames.opened) }) {
                    suffix = "+write"
                }
            case .createKey:
                if let disposition = facts.disposition,
                    text(of: disposition, batch, { equals($0, ProcmonNames.newKey) })
                {
                    suffix = "+new"
                }
            case .setDisposition:
                // `Delete: True`, or the flags of the extended form.
                if let deletes = facts.delete,
                    text(of: deletes, batch, { equals($0, ProcmonNames.yes) || $0.byteCount > 8 })
                {
                    suffix = "+delete"
                }
            default: break
            }
        }
        if suffix.utf8CodeUnitCount == 0 { return text(of: name, batch) { writer.kind(named: $0) } }
        var whole: [UInt8] = []
        text(of: name, batch) { whole.append($0) }
        whole += suffix.description.utf8
        return writer.kind(named: whole.span.bytes)
    }

    // MARK: Who acted

    private mutating func learnProgram(
        _ operation: ProcmonOperation, _ row: ProcmonRow, _ facts: ProcmonFacts, _ batch: borrowing EventBatch
    ) {
        let pid: ProcmonValue?
        switch operation {
        case .processCreate: pid = facts.pid
        case .loadImage: pid = row[.pid]
        default: return
        }
        guard let pid, let number = text(of: pid, batch, DecimalText.parse), let path = row[.path], path.length <= 4096
        else { return }
        if operation == .loadImage {
            guard programs[number] == nil, let name = row[.processName], ends(path, with: name, batch) else { return }
        }
        if programs.count >= Self.processLimit { programs.removeAll(keepingCapacity: true) }
        var program: [UInt8] = []
        text(of: path, batch) { program.append($0) }
        programs[number] = program
    }

    /// Whether a path's last component is a process's name, without case.
    private func ends(_ path: ProcmonValue, with name: ProcmonValue, _ batch: borrowing EventBatch) -> Bool {
        guard name.length > 0, path.length > name.length else { return false }
        var wanted: [UInt8] = []
        text(of: name, batch) { wanted.append($0) }
        return text(of: path, batch) { Self.ends($0, with: wanted) }
    }

    private static func ends(_ path: RawSpan, with name: [UInt8]) -> Bool {
        let start = path.byteCount - name.count
        guard start > 0, path.uint8(at: start - 1) == UInt8(ascii: "\\") else { return false }
        for (index, byte) in name.enumerated() {
            guard let other = path.uint8(at: start + index) else { return false }
            let isLetter = (byte | 0x20) &- 0x61 < 26
            guard isLetter ? byte | 0x20 == other | 0x20 : byte == other else { return false }
        }
        return true
    }

    private mutating func addActor(
        _ operation: ProcmonOperation, _ row: ProcmonRow, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let isParent = operation == .processCreate
        if let pid = row[.pid] {
            add(isParent ? names.parentProcessID : names.processID, pid, into: &batch, vocabulary: &vocabulary)
        }
        let image = isParent ? names.parentImage : names.image
        if let path = row[.imagePath] {
            add(image, path, into: &batch, vocabulary: &vocabulary)
        } else if let program = program(row, batch) {
            add(image, text: program, into: &batch, vocabulary: &vocabulary)
        } else if let name = row[.processName] {
            add(image, name, into: &batch, vocabulary: &vocabulary)
        }
        if let line = row[.commandLine] {
            add(isParent ? names.parentCommandLine : names.commandLine, line, into: &batch, vocabulary: &vocabulary)
        }
        if !isParent, let parent = row[.parentPID] {
            add(names.parentProcessID, parent, into: &batch, vocabulary: &vocabulary)
        }
    }

    private func program(_ row: ProcmonRow, _ batch: borrowing EventBatch) -> [UInt8]? {
        guard !programs.isEmpty, let pid = row[.pid], let number = text(of: pid, batch, DecimalText.parse),
            let program = programs[number]
        else { return nil }
        // A pid may have been given to another program meanwhile.
        if let name = row[.processName] {
            var wanted: [UInt8] = []
            text(of: name, batch) { wanted.append($0) }
            guard Self.ends(program.span.bytes, with: wanted) else { return nil }
        }
        return program
    }

    // MARK: What was done

    private mutating func addRegistry(
        _ operation: ProcmonOperation, _ facts: ProcmonFacts, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        guard let event = operation.registryEvent else { return }
        add(names.eventType, text: Array(event.utf8), into: &batch, vocabulary: &vocabulary)
        guard operation == .setValue, let data = facts.data else { return }
        let type = facts.type.map { batch.text(of: $0.slot) } ?? ""
        let details =
            type.hasPrefix("REG_") && !type.hasSuffix("SZ")
            ? ProcmonRegistry.details(type: type, data: data.length <= 64 ? batch.text(of: data.slot) : "") : nil
        if let details {
            add(names.details, text: Array(details.utf8), into: &batch, vocabulary: &vocabulary)
        } else {
            add(names.details, data, into: &batch, vocabulary: &vocabulary)
        }
    }

    /// The ends of a connection: the local one stands first, whoever began it.
    private mutating func addConnection(
        _ operation: ProcmonOperation, _ row: ProcmonRow, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        guard let isInitiated = operation.isInitiated, let path = row[.path], path.length <= 1024,
            let ends = text(of: path, batch, { ConnectionText($0) })
        else { return }
        let local = (path.part(ends.source), path.part(ends.sourcePort))
        let remote = (path.part(ends.destination), path.part(ends.destinationPort))
        let (source, destination) = isInitiated ? (local, remote) : (remote, local)
        addEnd(source, names.source, into: &batch, vocabulary: &vocabulary)
        addEnd(destination, names.destination, into: &batch, vocabulary: &vocabulary)
        add(
            names.initiated, text: Array((isInitiated ? "true" : "false").utf8), into: &batch, vocabulary: &vocabulary)
    }

    private mutating func addEnd(
        _ end: (host: ProcmonValue, port: ProcmonValue), _ names: ProcmonNames.End, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        let isAddress = text(of: end.host, batch) { Self.isAddress($0) }
        add(isAddress ? names.address : names.host, end.host, into: &batch, vocabulary: &vocabulary)
        if let number = ProcmonPort.number(batch.text(of: end.port.slot)) {
            add(names.port, text: Array(number.utf8), into: &batch, vocabulary: &vocabulary)
        } else {
            add(names.port, end.port, into: &batch, vocabulary: &vocabulary)
        }
    }

    private static func isAddress(_ text: RawSpan) -> Bool {
        if text.firstOffset(of: UInt8(ascii: ":")) != nil { return true }
        for index in 0..<text.byteCount {
            guard let byte = text.uint8(at: index), byte &- 0x30 < 10 || byte == UInt8(ascii: ".") else { return false }
        }
        return text.byteCount > 0
    }
}
