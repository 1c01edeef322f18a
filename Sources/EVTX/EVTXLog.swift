import Bytes

/// A whole log, event by event: the easy way for tools and scripts. Engines use ``EVTXReader`` and ``EVTXDecoder``.
///
/// ```swift
/// for event in try EVTXLog(path: path) where event["EventID"] == "4624" {
///     print(event.json)
/// }
/// ```
public struct EVTXLog: Sequence, Sendable {
    private let reader: EVTXReader
    private let options: EVTXDecoder.Options

    /// Opens a log.
    /// - Throws: ``EVTXError``: the file cannot be opened, or is no log.
    public init(path: String, options: EVTXDecoder.Options = .init()) throws(EVTXError) {
        reader = try EVTXReader(path: path)
        self.options = options
    }

    /// Reads a log that is in memory.
    /// - Throws: ``EVTXError/notEVTX(name:reason:)``.
    public init(_ bytes: [UInt8], options: EVTXDecoder.Options = .init()) throws(EVTXError) {
        reader = try EVTXReader(ByteStorage(bytes))
        self.options = options
    }

    /// The events in file order.
    public func makeIterator() -> Iterator { Iterator(reader: reader, options: options) }

    /// Walks a log chunk by chunk.
    public struct Iterator: IteratorProtocol {
        private var reader: EVTXReader
        private let decoder: EVTXDecoder
        private var batch = EVTXBatch()
        private var window: EVTXWindow?
        private var nextChunk = 0
        private var nextRecord = 0
        /// What was wrong so far.
        public private(set) var defects: [EVTXDefect] = []
        /// Why the log ended early, when it did: the file shrank or could not be mapped.
        public private(set) var failure: EVTXError?

        init(reader: EVTXReader, options: EVTXDecoder.Options) {
            self.reader = reader
            decoder = EVTXDecoder(options: options)
        }

        /// The next event, or nil after the last.
        public mutating func next() -> EVTXEvent? {
            while nextRecord >= batch.records.count {
                guard decodeNextChunk() else { return nil }
            }
            guard let window else { return nil }
            defer { nextRecord += 1 }
            return EVTXEvent(batch.records[nextRecord], in: batch, window: window, decoder: decoder)
        }

        private mutating func decodeNextChunk() -> Bool {
            batch.removeAll()
            nextRecord = 0
            while nextChunk >= window?.chunks.count ?? 0 {
                nextChunk = 0
                do throws(EVTXError) {
                    window = try reader.nextWindow()
                } catch {
                    failure = error
                    window = nil
                }
                guard let window else { return false }
                defects += window.defects
            }
            guard let window else { return false }
            decoder.decodeChunk(
                window.storage.bytes, at: window.chunks[nextChunk], fileOffset: window.fileOffset, into: &batch)
            defects += batch.defects
            nextChunk += 1
            return true
        }
    }
}
