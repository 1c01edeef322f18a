/// Collects what is wrong with one document.
struct DocumentReport {
    let path: String
    private(set) var diagnostics: [Diagnostic] = []
    /// Whether an error was reported: the document is then rejected.
    private(set) var rejected = false

    init(path: String) { self.path = path }

    mutating func error(
        _ code: Diagnostic.Code, _ message: String, at place: (line: Int32, column: Int32), hint: String? = nil
    ) {
        rejected = true
        add(code, .error, message, place, hint)
    }

    mutating func warning(
        _ code: Diagnostic.Code, _ message: String, at place: (line: Int32, column: Int32), hint: String? = nil
    ) {
        add(code, .warning, message, place, hint)
    }

    func place(_ place: (line: Int32, column: Int32)) -> Place {
        Place(file: path, line: Int(place.line), column: Int(place.column))
    }

    private mutating func add(
        _ code: Diagnostic.Code, _ severity: Diagnostic.Severity, _ message: String,
        _ place: (line: Int32, column: Int32), _ hint: String?
    ) {
        diagnostics.append(Diagnostic(code, severity, at: self.place(place), message, hint: hint))
    }
}

extension YAMLNode {
    var place: (line: Int32, column: Int32) { (line, column) }
}

extension YAMLPair {
    var place: (line: Int32, column: Int32) { (line, column) }
}
