import Bytes
import Foundation

@testable import EVTX

/// What the tests of this room share: logs made by the writer, and the plain twin of the decoder.
enum Samples {
    static let system = EVTXWriter.System(
        provider: "Test-Provider", providerGuid: "{5770385f-c22a-43e0-bf4c-06f5698ffbd9}", eventID: 7,
        channel: "Test/Operational", computer: "host.example", nanoseconds: 1_704_164_645_123_456_700)

    /// A log of bodies, one record each.
    static func log(_ bodies: [EVTXWriterValue.Content]) throws -> [UInt8] {
        var writer = EVTXWriter()
        for body in bodies { try writer.addRecord(fileTime: system.fileTime, body: body) }
        return writer.finish()
    }

    /// A log of events with `<EventData>`.
    static func log(_ events: [[(String?, EVTXWriterValue)]]) throws -> [UInt8] {
        var writer = EVTXWriter()
        for data in events { try writer.add(.init(system: system, eventData: data)) }
        return writer.finish()
    }

    /// A varied log: several templates, types, chunks. The same bytes every time.
    static func variedLog(records: Int, seed: UInt64 = 1) throws -> [UInt8] {
        var random = SplitMix64(state: seed)
        var writer = EVTXWriter()
        for index in 0..<records {
            var system = system
            system.eventID = UInt16(truncatingIfNeeded: random.next() % 5)
            system.fileTime += UInt64(index)
            system.userID = random.next() % 2 == 0 ? nil : "S-1-5-21-1-2-3-1001"
            system.qualifiers = random.next() % 3 == 0 ? 16_384 : nil
            let word = String(repeating: "é\u{1F600}x", count: Int(random.next() % 6))
            switch system.eventID {
            case 0: try writer.add(.init(system: system))
            case 1:
                try writer.add(
                    .init(
                        system: system, userData: "EventXML", namespace: "urn:x",
                        fields: [("Param1", .string(word)), ("Param2", .uint64(random.next()))]))
            case 2:
                try writer.add(
                    .init(system: system, eventData: [(nil, .strings([word, "", "b"])), (nil, .binary([1, 0xAB]))]))
            default:
                try writer.add(
                    .init(
                        system: system,
                        eventData: [
                            ("Text \(system.eventID)", .string(word)), ("Number", .uint32(UInt32(index))),
                            ("Flag", .bool(index % 2 == 0)), ("Version", .pointer(random.next())), ("None", .null),
                            ("Time", .fileTime(system.fileTime)), ("Sid", .sid("S-1-5-18")),
                        ]))
            }
        }
        return writer.finish()
    }

    /// Public sample logs for development, if they are there.
    static let publicLogs: [String] = {
        let root =
            ProcessInfo.processInfo.environment["SILOSCOPE_SHARED"]
            ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared").path
        let folder = root + "/data/public/evtx"
        guard let found = FileManager.default.enumerator(atPath: folder) else { return [] }
        return found.compactMap { $0 as? String }.filter { $0.hasSuffix(".evtx") }.sorted().map { folder + "/" + $0 }
    }()
}

/// SplitMix64: the same numbers on every machine.
struct SplitMix64 {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}

/// All records of a log, decoded and turned to text.
struct Decoded {
    struct Record: Equatable {
        var id: UInt64
        var flags: EVTXBatch.Flags
        var fields: [EVTXFieldValue]
        var json: String
        var xml: String

        func texts(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.text) }
    }

    var records: [Record] = []
    var defects: [EVTXDefect] = []
    var codes: [EVTXDefect.Code] { defects.map(\.code) }

    init(
        _ bytes: [UInt8], options: EVTXDecoder.Options = .init(), decoder given: EVTXDecoder? = nil,
        windowSize: Int = EVTXReader.windowSize
    ) throws {
        let decoder = given ?? EVTXDecoder(options: options)
        var reader = try EVTXReader(ByteStorage(bytes), name: "test", windowSize: windowSize)
        try self.init(&reader, decoder)
    }

    init(path: String, options: EVTXDecoder.Options = .init()) throws {
        var reader = try EVTXReader(path: path)
        try self.init(&reader, EVTXDecoder(options: options))
    }

    private init(_ reader: inout EVTXReader, _ decoder: EVTXDecoder) throws {
        var batch = EVTXBatch()
        while let window = try reader.nextWindow() {
            defects += window.defects
            let bytes = window.storage.bytes
            for chunk in window.chunks {
                batch.removeAll()
                decoder.decodeChunk(bytes, at: chunk, fileOffset: window.fileOffset, into: &batch)
                defects += batch.defects
                for record in batch.records {
                    var json: [UInt8] = []
                    var xml: [UInt8] = []
                    decoder.appendJSON(of: record, in: batch, window: bytes, to: &json)
                    decoder.appendXML(of: record, in: batch, window: bytes, to: &xml)
                    records.append(
                        Record(
                            id: record.id, flags: record.flags,
                            fields: decoder.fields(of: record, in: batch, window: bytes),
                            json: String(decoding: json, as: UTF8.self), xml: String(decoding: xml, as: UTF8.self)))
                }
            }
        }
    }
}

/// The plain way: parse the record's binary XML, put the values in, flatten the tree. No caches, no slots.
struct PlainTwin {
    var fieldsByRecord: [[EVTXFieldValue]] = []

    init(_ bytes: RawSpan, records: [EVTXBatch.Record], chunkBase: Int, chunkEnd: Int) {
        for record in records {
            var expander = BinXMLExpander(chunkBase: chunkBase, chunkEnd: chunkEnd, limits: EVTXLimits())
            let start = Int(record.offset) + 24
            let nodes = try? expander.fragment(
                bytes, at: start, end: Int(record.offset + record.size) - 4, dependency: true, depth: 0)
            var compiler = TemplateCompiler()
            compiler.compile(nodes ?? [], in: .document)
            fieldsByRecord.append(
                compiler.fields.map { field in
                    guard case .literal(let text) = field.content else {
                        return EVTXFieldValue(name: field.name, section: field.section, text: "(slot)")
                    }
                    return EVTXFieldValue(
                        name: field.name, section: field.section, text: String(decoding: text, as: UTF8.self))
                })
        }
    }

    /// Number of complete records whose fields differ between the compiled and the plain way, and the first of them.
    static func differences(path: String?, bytes: [UInt8] = []) throws -> (compared: Int, first: String?) {
        var reader = try path.map { try EVTXReader(path: $0) } ?? EVTXReader(ByteStorage(bytes))
        let decoder = EVTXDecoder()
        var batch = EVTXBatch()
        var compared = 0
        var first: String?
        while let window = try reader.nextWindow() {
            for chunk in window.chunks {
                batch.removeAll()
                let span = window.storage.bytes
                decoder.decodeChunk(span, at: chunk, fileOffset: window.fileOffset, into: &batch)
                let whole = batch.records.filter { $0.flags.isEmpty }
                let twin = PlainTwin(span, records: whole, chunkBase: chunk.lowerBound, chunkEnd: chunk.upperBound)
                for (record, plain) in zip(whole, twin.fieldsByRecord) {
                    compared += 1
                    let compiled = decoder.fields(of: record, in: batch, window: span)
                    var program: [UInt8] = []
                    var walked: [UInt8] = []
                    var renderer = JSONRenderer(templates: decoder.templates, record: record)
                    renderer.append(record, in: batch, span, to: &program)
                    renderer.usesPrograms = false
                    renderer.append(record, in: batch, span, to: &walked)
                    if first == nil, program != walked {
                        first = "\(path ?? "") record \(record.id): \(String(decoding: program, as: UTF8.self))"
                    }
                    if first == nil, sorted(compiled) != sorted(plain) {
                        first = "\(path ?? "") record \(record.id):\n\(sorted(compiled))\n\(sorted(plain))"
                    }
                }
            }
        }
        return (compared, first)
    }

    /// Nested fragments come after the fields of their parent, so order is compared by name.
    private static func sorted(_ fields: [EVTXFieldValue]) -> [String] {
        fields.map { "\($0.section) \($0.name)=\($0.text)" }.sorted()
    }
}
