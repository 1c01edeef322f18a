import Bytes

/// Writes event logs that Windows' own readers and others accept: chunks with string and template tables, templates with
/// substitutions, checksums.
///
/// ```swift
/// var writer = EVTXWriter()
/// try writer.add(.init(
///     system: .init(provider: "Microsoft-Windows-Sysmon", eventID: 1, channel: "Microsoft-Windows-Sysmon/Operational",
///                   computer: "host", nanoseconds: 1_704_164_645_000_000_000),
///     eventData: [("Image", .string(#"C:\Windows\System32\cmd.exe"#)), ("ProcessId", .uint32(4242))]))
/// let bytes = writer.finish()
/// ```
public struct EVTXWriter {
    /// What `<System>` says.
    public struct System: Sendable, Hashable {
        /// `Provider/@Name`
        public var provider: String
        /// `Provider/@Guid`, with or without braces; left out when nil.
        public var providerGuid: String?
        /// `EventID`
        public var eventID: UInt16
        /// `EventID/@Qualifiers`; left out when nil.
        public var qualifiers: UInt16?
        /// `Version`
        public var version: UInt8 = 0
        /// `Level`: 4 is information.
        public var level: UInt8 = 4
        /// `Task`
        public var task: UInt16 = 0
        /// `Opcode`
        public var opcode: UInt8 = 0
        /// `Keywords`
        public var keywords: UInt64 = 0x8000_0000_0000_0000
        /// `TimeCreated/@SystemTime` and the time in the record header: FILETIME, UTC.
        public var fileTime: UInt64
        /// `EventRecordID`; the record's number in this log when nil.
        public var eventRecordID: UInt64?
        /// `Correlation/@ActivityID`; left out when nil.
        public var activityID: String?
        /// `Execution/@ProcessID`
        public var processID: UInt32 = 4
        /// `Execution/@ThreadID`
        public var threadID: UInt32 = 8
        /// `Channel`
        public var channel: String
        /// `Computer`
        public var computer: String
        /// `Security/@UserID`, `S-1-…`; left out when nil.
        public var userID: String?

        /// The fields every event needs; the others have defaults.
        /// - Parameter nanoseconds: time, nanoseconds since 1970, UTC.
        public init(
            provider: String, providerGuid: String? = nil, eventID: UInt16, channel: String, computer: String,
            nanoseconds: Int64
        ) {
            self.provider = provider
            self.providerGuid = providerGuid
            self.eventID = eventID
            self.channel = channel
            self.computer = computer
            fileTime = WindowsTime.fileTime(nanoseconds: nanoseconds)
        }
    }

    /// One event.
    public struct Event: Sendable {
        var system: System
        var payload: BinXMLInstance?

        /// An event with `<EventData>`; a nil name makes an unnamed `<Data>`.
        public init(system: System, eventData: [(name: String?, value: EVTXWriterValue)] = []) {
            self.system = system
            guard !eventData.isEmpty else { return }
            let children = eventData.enumerated().map { slot, pair -> BinXMLNode in
                let name = pair.name.map { [BinXMLAttribute(name: "Name", value: [.text(Array($0.utf8))])] } ?? []
                return .element(
                    BinXMLElement(
                        name: "Data", attributes: name,
                        children: [.substitution(slot: slot, type: pair.value.type, optional: false)]))
            }
            payload = BinXMLInstance(
                [.element(BinXMLElement(name: "EventData", attributes: [], children: children))],
                values: eventData.map(\.value))
        }

        /// An event with `<UserData><element xmlns="namespace"><name>value</name>…</element></UserData>`.
        public init(
            system: System, userData element: String, namespace: String?,
            fields: [(name: String, value: EVTXWriterValue)]
        ) {
            self.system = system
            let children = fields.enumerated().map { slot, pair -> BinXMLNode in
                .element(
                    BinXMLElement(
                        name: pair.name, attributes: [],
                        children: [.substitution(slot: slot, type: pair.value.type, optional: false)]))
            }
            let attributes = namespace.map { [BinXMLAttribute(name: "xmlns", value: [.text(Array($0.utf8))])] } ?? []
            let wrapper = BinXMLElement(name: element, attributes: attributes, children: children)
            payload = BinXMLInstance(
                [.element(BinXMLElement(name: "UserData", attributes: [], children: [.element(wrapper)]))],
                values: fields.map(\.value))
        }

        init(system: System, payload: BinXMLInstance?) {
            self.system = system
            self.payload = payload
        }
    }

    /// An event that cannot be written.
    public enum Failure: Error, Equatable {
        /// It does not fit into one chunk (65 024 bytes), or one value is longer than 65 535 bytes.
        case tooLarge(recordID: UInt64)
    }

    private var finished: [UInt8] = []
    private var chunk = ChunkWriter()
    private var chunkFirstNumber: UInt64 = 1
    private var nextID: UInt64

    /// An empty log.
    /// - Parameter firstRecordID: id of the first record.
    public init(firstRecordID: UInt64 = 1) { nextID = firstRecordID }

    /// Appends an event.
    /// - Throws: ``Failure/tooLarge(recordID:)``; the log is then as before.
    public mutating func add(_ event: Event) throws(Failure) {
        let root = RootTemplate.instance(event, recordID: nextID)
        try addRecord(fileTime: event.system.fileTime, body: .instance(root))
    }

    /// Appends a record with any body: for tests.
    mutating func addRecord(fileTime: UInt64, body: EVTXWriterValue.Content) throws(Failure) {
        if chunk.append(id: nextID, fileTime: fileTime, body: body) {
            nextID += 1
            return
        }
        var fresh = ChunkWriter()
        guard fresh.append(id: nextID, fileTime: fileTime, body: body) else { throw .tooLarge(recordID: nextID) }
        closeChunk()
        chunk = fresh
        nextID += 1
    }

    /// Ends the current chunk: the next event begins another.
    public mutating func closeChunk() {
        guard chunk.recordCount > 0 else { return }
        finished += chunk.finished(firstNumber: chunkFirstNumber)
        chunkFirstNumber += UInt64(chunk.recordCount)
        chunk = ChunkWriter()
    }

    /// The log: a file header and at least one chunk.
    public mutating func finish() -> [UInt8] {
        closeChunk()
        if finished.isEmpty { finished = chunk.finished(firstNumber: 1) }
        let chunks = finished.count / EVTXChunkHeader.chunkSize
        var header: [UInt8] = []
        header += EVTXWriterValue.little(EVTXFileHeader.magic)
        header += EVTXWriterValue.little(UInt64(0))
        header += EVTXWriterValue.little(UInt64(chunks - 1))
        header += EVTXWriterValue.little(nextID)
        header += EVTXWriterValue.little(UInt32(128))
        header += EVTXWriterValue.little(UInt16(1))
        header += EVTXWriterValue.little(UInt16(3))
        header += EVTXWriterValue.little(UInt16(4096))
        header += EVTXWriterValue.little(UInt16(truncatingIfNeeded: chunks))
        header += [UInt8](repeating: 0, count: 76)
        let checksum = CRC32.checksum(ByteStorage(header).bytes)
        header += EVTXWriterValue.little(UInt32(0))
        header += EVTXWriterValue.little(checksum)
        header += [UInt8](repeating: 0, count: 4096 - header.count)
        return header + finished
    }
}
