public import Bytes

/// What is known of one event besides its fields.
public struct EventHead: Sendable {
    /// When it happened; ``Timestamp/unknown`` if the record does not tell.
    public var time: Timestamp
    /// Its log-source keys, in the worker's vocabulary.
    public var origin: OriginID
    /// Index of its first slot in ``EventBatch/slots``.
    public var firstSlot: Int32
    /// Number of its slots.
    public var slotCount: Int32
    /// Index in ``EventBatch/slots`` of the value that names the host (`Computer`), or -1.
    public var hostSlot: Int32
    /// Offset of the raw record from the start of the source (of the decompressed content for wrapped sources).
    public var offset: Int64
    /// Length of the raw record in bytes.
    public var length: Int32
    /// EVTX: the id in the record header; line formats: the line, counted from 1 within the segment; else the ordinal.
    public var record: UInt64
    /// `System/EventRecordID` where the log has one; -1 otherwise.
    public var eventRecordID: Int64

    /// A head for an event whose slots start at `firstSlot`.
    public init(
        time: Timestamp, origin: OriginID, firstSlot: Int32, slotCount: Int32, hostSlot: Int32 = -1, offset: Int64,
        length: Int32, record: UInt64, eventRecordID: Int64 = -1
    ) {
        self.time = time
        self.origin = origin
        self.firstSlot = firstSlot
        self.slotCount = slotCount
        self.hostSlot = hostSlot
        self.offset = offset
        self.length = length
        self.record = record
        self.eventRecordID = eventRecordID
    }
}

/// Something in a source that could not be read as it should: counted, with its place, and never the end of a run.
public struct Defect: Sendable, Hashable {
    /// Stable code, e.g. `evtx-record-truncated`, `json-depth`.
    public var code: String
    /// Offset from the start of the source, in bytes; -1 where there is none.
    public var offset: Int64
    /// What was found, for people; written by us, adversary text neutralised.
    public var detail: String
    /// Records known to be lost by it.
    public var recordsLost: Int

    /// A defect at `offset`.
    public init(code: String, offset: Int64, detail: String = "", recordsLost: Int = 0) {
        self.code = code
        self.offset = offset
        self.detail = detail
        self.recordsLost = recordsLost
    }
}

/// A batch of events: an arena of fields over the bytes of one window of one source.
///
///     events: [head 0][head 1]…          head i → slots[firstSlot ..< firstSlot + slotCount]
///     slots:  [field, offset, length, encoding, inArena]…   → base (the evidence itself) or arena (texts made by us)
public struct EventBatch: Sendable {
    /// The window of the source that the slots point into.
    public var base: ByteStorage
    /// Texts that do not stand in the evidence as they are: unescaped JSON strings, derived fields.
    public var arena: [UInt8] = []
    /// The fields of all events, in order.
    public var slots: [FieldSlot] = []
    /// The events, in source order.
    public var events: [EventHead] = []
    /// What could not be read in this window.
    public var defects: [Defect] = []
    /// Lines in the window (line formats), so that a reader of later windows can number on.
    public var lineCount: Int = 0

    /// An empty batch over `base`.
    public init(base: ByteStorage) { self.base = base }

    /// Empties the batch for the next window and keeps its memory.
    public mutating func reset(base: ByteStorage) {
        self.base = base
        arena.removeAll(keepingCapacity: true)
        slots.removeAll(keepingCapacity: true)
        events.removeAll(keepingCapacity: true)
        defects.removeAll(keepingCapacity: true)
        lineCount = 0
    }

    /// Appends a field whose text is made by us. O(length).
    public mutating func appendText(_ text: some Sequence<UInt8>, as field: FieldID) {
        let start = arena.count
        arena.append(contentsOf: text)
        slots.append(
            FieldSlot(
                field: field, offset: UInt32(start), length: UInt32(arena.count - start), encoding: .utf8, inArena: true
            ))
    }
}
