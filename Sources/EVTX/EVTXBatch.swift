/// Decoded records as flat arrays, to be looped over and reused: decoding into a batch allocates nothing once its arrays
/// have grown.
///
/// ```
///   records    [ r0 | r1 | … ]           r.firstInstance ..< r.firstInstance + r.instanceCount
///   instances  [ root, nested | … ]      i.template → decoder.templates, i.firstValue ..< + i.valueCount
///   values     [ slot 0, slot 1, … | … ] where the value lies in the window, and its type
/// ```
public struct EVTXBatch: Sendable {
    /// One record.
    public struct Record: Sendable, Hashable {
        /// Id in the record header; in exported logs it differs from `EventRecordID`.
        public var id: UInt64
        /// Time in the record header: FILETIME, UTC.
        public var fileTime: UInt64
        /// Where the record begins in the window.
        public var offset: UInt32
        /// Its size in bytes, as far as it could be told.
        public var size: UInt32
        /// Index of its first instance.
        public var firstInstance: UInt32
        /// Number of its instances; the first is the event, the others are nested in it.
        public var instanceCount: UInt16
        /// How it was found.
        public var flags: Flags
    }

    /// Peculiarities of a record.
    public struct Flags: OptionSet, Sendable, Hashable {
        /// The bits.
        public var rawValue: UInt16
        /// A set from its bits.
        public init(rawValue: UInt16) { self.rawValue = rawValue }
        /// Found outside the live part of its chunk: it may be old, or a duplicate.
        public static let carved = Self(rawValue: 1)
        /// Some of its values were lost.
        public static let incomplete = Self(rawValue: 2)
    }

    /// One template with its values.
    public struct Instance: Sendable, Hashable {
        /// Index into ``EVTXDecoder/templates``.
        public var template: Int32
        /// Index of its first value.
        public var firstValue: UInt32
        /// Number of its values.
        public var valueCount: UInt32
        /// Index of the value that this instance was found in, or ``root``.
        public var parentValue: UInt32

        /// ``parentValue`` of an instance that is the record itself.
        public static let root = UInt32.max
    }

    /// The records, in file order.
    public var records: [Record] = []
    /// The instances of all records.
    public var instances: [Instance] = []
    /// The values of all instances.
    public var values: [EVTXValue] = []
    /// What was wrong, in file order.
    public var defects: [EVTXDefect] = []

    /// An empty batch.
    public init() {}

    /// Empties the batch and keeps its memory.
    public mutating func removeAll() {
        records.removeAll(keepingCapacity: true)
        instances.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        defects.removeAll(keepingCapacity: true)
    }
}
