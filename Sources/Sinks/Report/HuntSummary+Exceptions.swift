import Engine

extension HuntSummary {
    /// What exceptions hid, and which of them do not hold any more or hide nothing.
    mutating func addExceptions() {
        let uses = report.exceptions
        guard !uses.isEmpty else { return }
        let hiding = uses.filter { $0.hidden > 0 }.sorted {
            ($1.hidden, $0.title, $0.id) < ($0.hidden, $1.title, $1.id)
        }
        let over = uses.filter { $0.state == .expired || $0.state == .outdated }
        let unused = uses.filter { $0.state == .active && $0.hidden == 0 && $0.isCounted }
        let hidden = hiding.reduce(0) { $0 + $1.hidden }
        let line =
            hiding.isEmpty
            ? "none of \(Quantity.count(uses.count)) hid anything" + (style.isVerbose ? "" : " (--verbose names them)")
            : "\(Quantity.count(hiding.count)) of \(Quantity.count(uses.count)) hid \(Quantity.count(hidden, "hit"))"
        addRow("exceptions", StyledLine(line))
        for use in hiding { addException(DisplayWidth.padStart(Quantity.count(use.hidden), to: 9), use, .plain) }
        for use in over {
            let word = use.state == .expired ? "expired" : "outdated"
            addException(DisplayWidth.padStart(word, to: 9), use, .warning)
        }
        if style.isVerbose {
            for use in unused { addException("never hit", use, .dim) }
        } else if !unused.isEmpty, unused.count < uses.count {
            addRow("", StyledLine(Quantity.count(unused.count) + " never hit (--verbose)", .dim))
        }
    }

    /// `14  Title (owner, until 2027-02-22)`.
    private mutating func addException(_ label: String, _ use: HuntReport.ExceptionUse, _ ink: Ink) {
        var notes: [String] = []
        if !use.id.isEmpty { notes.append(style.isVerbose ? use.id : String(use.id.prefix(8))) }
        notes.append(use.owner.isEmpty ? "nobody's" : use.owner)
        if !use.expires.isEmpty { notes.append((use.state == .expired ? "ended " : "until ") + use.expires) }
        if use.state == .outdated { notes.append("a rule of it has changed") }
        if use.hidden > 0, !use.isCounted { notes.append("not all counted") }
        let text = "\(label)  \(TextSafety.visible(use.title)) (\(TextSafety.visible(notes.joined(separator: ", "))))"
        let lines =
            style.isVerbose
            ? TextLayout.broken(text, width: bodyWidth) : [DisplayWidth.fit(text, into: bodyWidth)]
        for line in lines { addRow("", StyledLine(line, ink)) }
    }
}
