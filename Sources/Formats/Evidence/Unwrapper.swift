import Archives
import Bytes
import Foundation

/// Takes off what is around the files that were found, and recognises what is within.
///
///     found file ─┬─ as it is ──────────────────────────────→ recognised in place
///                 ├─ UTF-16 ──── transcoded ─────────────┐
///                 └─ archive ─┬─ member, recognised ─────┼──→ spool file
///                      ↑      ├─ member, an archive ─────┘ (its spool file goes when it is unpacked)
///                      └──────┘
///
/// A member is looked at (``Formats/headLength`` bytes) before it is written anywhere: of a disk full of programs only
/// the logs take space.
struct Unwrapper {
    private(set) var files: [FoundFile] = []
    private(set) var defects: [EvidenceDefect] = []
    /// Heads of the small files in which collectors tell the host, with where they lie.
    private(set) var notes: [CollectorNote] = []
    /// Holds what was unwrapped; made when first needed.
    private(set) var folder: SpoolFolder?
    let options: EvidenceOptions
    var budget: UnpackBudget
    /// Bytes unpacked when progress was last told.
    private var told: Int64 = 0

    init(_ options: EvidenceOptions) {
        self.options = options
        budget = UnpackBudget(options.limits)
    }

    /// Looks at a file that was found.
    mutating func take(_ file: EvidenceWalk.File) {
        let found = FoundFile(
            path: file.path, contentPath: file.contentPath, size: file.size, modified: file.modified,
            trail: [file.contentPath])
        guard file.size > 0 else { return files.append(found) }
        do {
            let mapped = try MappedFile(path: file.contentPath)
            // Written to meanwhile: only what was found is looked at.
            let length = min(mapped.size, Int(file.size))
            let head = try mapped.window(offset: 0, length: min(length, Formats.headLength))
            switch Wrapping.of(head.bytes) {
            case .archive(let kind):
                budget.begin(fileOf: file.size)
                try? unpack(found, as: kind)
            case .utf16(let text): try transcode(mapped, length, head, text, found)
            case nil:
                note(found, head.bytes)
                list(found, Formats.recognise(head: head.bytes, fileExtension: found.fileExtension))
            }
        } catch {
            add(EvidenceDefect(path: file.path, code: "unreadable", detail: error.description))
        }
    }

    /// Tells how far unpacking got, now and then.
    mutating func tell(_ path: String) {
        guard let progress = options.progress, budget.bytes - told >= 64 << 20 else { return }
        told = budget.bytes
        progress(path, told)
    }

    mutating func add(_ defect: EvidenceDefect) { defects.append(defect) }

    mutating func list(_ file: FoundFile, _ recognition: Recognition) {
        var file = file
        file.recognition = recognition
        files.append(file)
    }

    mutating func list(_ file: FoundFile, unread reason: String) { list(file, .unrecognised(reason: reason)) }

    /// Keeps the head of a file in which a collector tells the host.
    mutating func note(_ file: FoundFile, _ head: RawSpan) {
        guard let name = file.trail.last, CollectorNote.isNote(name) else { return }
        var bytes: [UInt8] = []
        bytes.append(head)
        notes.append(CollectorNote(trail: file.trail, head: bytes))
    }

    mutating func makeSpoolFile() throws(SpoolError) -> SpoolFile {
        if let folder { return try folder.makeFile() }
        let made = try SpoolFolder(in: options.temporaryFolder ?? FileManager.default.temporaryDirectory.path)
        folder = made
        return try made.makeFile()
    }

    mutating func failed(_ error: SpoolError, _ path: String) {
        add(EvidenceDefect(path: path, code: "spool-failed", detail: error.description))
    }

    /// What UTF-16 is recognised as, told from the UTF-8 text of its head.
    func recognise(_ head: RawSpan, _ text: UTF16Text, _ file: FoundFile) -> Recognition {
        var transcoder = UTF16Transcoder(text)
        var utf8: [UInt8] = []
        transcoder.append(head, to: &utf8)
        return Formats.recognise(head: utf8.span.bytes, fileExtension: file.fileExtension)
    }

    private mutating func transcode(
        _ mapped: MappedFile, _ length: Int, _ head: ByteStorage, _ text: UTF16Text, _ found: FoundFile
    ) throws(FileError) {
        var found = found
        found.wrapping.append(text.name)
        let recognition = recognise(head.bytes, text, found)
        guard case .format = recognition else { return list(found, recognition) }
        do {
            var sink = SpoolSink(try makeSpoolFile(), from: text)
            var piece: [UInt8] = []
            for offset in stride(from: 0, to: length, by: 1 << 20) {
                let window: ByteStorage
                do {
                    window = try mapped.window(offset: offset, length: min(1 << 20, length - offset))
                } catch {
                    add(EvidenceDefect(path: found.path, code: "file-shrank", detail: error.description))
                    break
                }
                piece.removeAll(keepingCapacity: true)
                piece.append(window.bytes)
                try sink.append(piece)
            }
            try sink.finish()
            defects += sink.defects(of: found.path)
            found.contentPath = sink.file.path
            found.size = sink.file.size
            list(found, recognition)
        } catch {
            failed(error, found.path)
        }
    }
}
