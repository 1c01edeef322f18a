/// A value as an alert shows it: what satisfied the rule is marked, and when the value is too long it stays in view.
///
///     docker run -d --name web-1 … -v \\.\pipe\docker_engine:\\.\pipe\docker_engine … cmd /c ping -t localhost
///     └────────── head ────────┘   └─ context ─┴── match ──┴──── context ────┘        └──────── tail ────────┘
struct Excerpt {
    private let characters: [Character]
    private let columns: [Int]
    /// Ranges of `characters` that satisfied a test.
    let matches: [Range<Int>]

    /// - Parameters:
    ///   - value: Safe text.
    ///   - needles: Texts that were looked for in it; compared without case, as Sigma does.
    init(of value: String, matching needles: [String]) {
        characters = Array(value)
        columns = characters.map(DisplayWidth.columns(of:))
        let folded = characters.map { $0.lowercased() }
        var found: [Range<Int>] = []
        for needle in needles where !needle.isEmpty {
            if let range = Excerpt.firstRange(of: needle.map { $0.lowercased() }, in: folded) { found.append(range) }
        }
        matches = found
    }

    /// The value as pieces, in at most `width` columns.
    func pieces(width: Int) -> [(text: String, isMatch: Bool)] {
        let kept = columns.reduce(0, +) <= width ? nil : keptMask(width: width)
        var result: [(text: String, isMatch: Bool)] = []
        var inGap = false
        for index in characters.indices {
            guard kept?[index] ?? true else {
                if !inGap { append("…", isMatch: false, to: &result) }
                inGap = true
                continue
            }
            inGap = false
            append(characters[index], isMatch: matches.contains { $0.contains(index) }, to: &result)
        }
        return result
    }

    private func append(_ character: Character, isMatch: Bool, to pieces: inout [(text: String, isMatch: Bool)]) {
        if let last = pieces.indices.last, pieces[last].isMatch == isMatch {
            pieces[last].text.append(character)
        } else {
            pieces.append((String(character), isMatch))
        }
    }

    /// Which characters stay when the value is cut to `width` columns.
    private func keptMask(width: Int) -> [Bool] {
        var mask = [Bool](repeating: false, count: characters.count)
        let head = (width - 1) * 3 / 5
        keepHead(head, in: &mask)
        keepTail(width - 1 - head, in: &mask)
        guard let focus = matches.first, focus.contains(where: { !mask[$0] }) else { return mask }

        mask = [Bool](repeating: false, count: characters.count)
        let focused = min(columns[focus].reduce(0, +), width / 2)
        let rest = width - 2 - focused
        keepHead(rest * 2 / 5, in: &mask)
        keepTail(rest / 5, in: &mask)
        keepRun(from: focus.lowerBound, by: 1, columns: focused + rest / 5, in: &mask)
        keepRun(from: focus.lowerBound - 1, by: -1, columns: rest / 5, in: &mask)
        return mask
    }

    private func keepHead(_ limit: Int, in mask: inout [Bool]) { keepRun(from: 0, by: 1, columns: limit, in: &mask) }

    private func keepTail(_ limit: Int, in mask: inout [Bool]) {
        keepRun(from: characters.count - 1, by: -1, columns: limit, in: &mask)
    }

    private func keepRun(from start: Int, by step: Int, columns limit: Int, in mask: inout [Bool]) {
        var index = start
        var used = 0
        while mask.indices.contains(index), used + columns[index] <= limit {
            used += columns[index]
            mask[index] = true
            index += step
        }
    }

    private static func firstRange(of needle: [String], in text: [String]) -> Range<Int>? {
        guard needle.count <= text.count else { return nil }
        for start in 0...(text.count - needle.count) where text[start] == needle[0] {
            if text[start..<(start + needle.count)].elementsEqual(needle) { return start..<(start + needle.count) }
        }
        return nil
    }
}
