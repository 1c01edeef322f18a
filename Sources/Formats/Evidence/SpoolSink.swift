import Archives
import Bytes

/// Writes unwrapped content to a temporary file, from UTF-16 on the way if that is what it is.
struct SpoolSink {
    let file: SpoolFile
    private(set) var transcoder: UTF16Transcoder?
    private var text: [UInt8] = []

    init(_ file: SpoolFile, from text: UTF16Text? = nil) {
        self.file = file
        transcoder = text.map { UTF16Transcoder($0) }
    }

    mutating func append(_ bytes: [UInt8]) throws(SpoolError) {
        guard transcoder != nil else { return try file.append(bytes) }
        text.removeAll(keepingCapacity: true)
        transcoder?.append(bytes.span.bytes, to: &text)
        try file.append(text)
    }

    mutating func finish() throws(SpoolError) {
        guard transcoder != nil else { return }
        text.removeAll(keepingCapacity: true)
        transcoder?.finish(to: &text)
        try file.append(text)
    }

    /// What was wrong with the text.
    func defects(of path: String) -> [EvidenceDefect] {
        guard let transcoder else { return [] }
        var defects: [EvidenceDefect] = []
        if transcoder.unpaired > 0 {
            defects.append(
                EvidenceDefect(
                    path: path, code: "utf-16-unpaired",
                    detail: "\(transcoder.unpaired) unpaired surrogates became U+FFFD",
                    offset: transcoder.firstUnpaired))
        }
        if transcoder.endsInUnit {
            defects.append(
                EvidenceDefect(path: path, code: "utf-16-cut", detail: "the last byte is half a character"))
        }
        return defects
    }
}
