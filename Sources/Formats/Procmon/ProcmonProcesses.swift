import Bytes

/// The list of processes at the start of Process Monitor's XML.
struct ProcmonProcesses: Sendable {
    /// Most processes that are kept.
    static let limit = 1 << 16
    /// Longest text that is kept of one.
    static let textLimit = 1 << 15
    /// What events name their process by.
    static let index = Array("ProcessIndex".utf8)

    /// Elements of a process, and the columns of an event that hold the same.
    private static let table: [(String, String)] = [
        ("ImagePath", "Image Path"), ("CommandLine", "Command Line"), ("Owner", "User"),
        ("ParentProcessId", "Parent PID"), ("Integrity", "Integrity"), ("CompanyName", "Company"),
    ]
    private static let columns: [(element: [UInt8], column: [UInt8])] = table.map {
        (Array($0.0.utf8), Array($0.1.utf8))
    }

    private var processes: [[UInt8]: [(name: [UInt8], text: [UInt8])]] = [:]

    /// Learns the process whose elements were read.
    mutating func learn(_ elements: ProcmonElements, _ bytes: RawSpan) {
        guard processes.count < Self.limit else { return }
        var index: [UInt8] = []
        var texts: [(name: [UInt8], text: [UInt8])] = []
        for element in elements.found where !element.text.isEmpty && element.text.count <= Self.textLimit {
            var name: [UInt8] = []
            name.append(bytes.extracting(element.name))
            if name == Self.index { index.append(bytes.extracting(element.text)) }
            guard let column = Self.columns.first(where: { $0.element == name })?.column else { continue }
            var text: [UInt8] = []
            XMLText.appendResolved(bytes.extracting(element.text), to: &text)
            texts.append((column, text))
        }
        if !index.isEmpty { processes[index] = texts }
    }

    /// The columns that the list fills in for a process.
    func columns(of index: [UInt8]) -> [(name: [UInt8], text: [UInt8])] { processes[index] ?? [] }
}
