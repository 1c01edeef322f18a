import Archives
import Bytes
import Events

extension Unwrapper {
    /// Times that a zip is opened again behind a member that broke the reader.
    private static let reopenings = 64

    /// Unpacks an archive or a compressed file.
    /// - Throws: `.all` when the file that was found is done with.
    mutating func unpack(_ wrapped: FoundFile, as kind: ArchiveKind) throws(UnpackingEnd) {
        guard wrapped.wrapping.count < options.limits.depth else { return tooDeep(wrapped) }
        let listed = files.count
        var reopened = 0
        var index = 0
        var tally = MemberTally(archive: wrapped.path)
        defer { for defect in tally.defects() { add(defect) } }
        do {
            var reader = try ArchiveReader(path: wrapped.contentPath, kind: kind, passwords: options.passwords)
            while let entry = try reader.next() {
                index += 1
                guard wrapped.wrapping.count + reader.wrapping.count <= options.limits.depth else {
                    return tooDeep(wrapped)
                }
                do {
                    try takeMember(entry, of: reader, in: wrapped, &tally)
                } catch UnpackingEnd.damaged {
                    guard reopened < Self.reopenings, let next = reopen(wrapped, kind, behind: index) else { break }
                    reader = next
                    reopened += 1
                }
            }
            if files.count == listed, tally.isEmpty {
                var empty = wrapped
                empty.wrapping += reader.wrapping
                list(empty, unread: reader.isBare ? "empty file" : "archive without files")
            }
        } catch let error as ArchiveError {
            if kind == .gzip, index == 0 { return try salvage(wrapped, error, &tally) }
            // Behind a broken member the rest is often broken the same way: that was said.
            if reopened == 0 { tally.add(error, to: wrapped.path, kind) }
        } catch {
            throw .all
        }
    }

    /// Notes that something is wrapped more often than the limit allows.
    private mutating func tooDeep(_ wrapped: FoundFile) {
        let detail = "wrapped more than \(options.limits.depth) times; not unpacked"
        list(wrapped, unread: detail)
        add(EvidenceDefect(path: wrapped.path, code: "archive-too-deep", detail: detail))
    }

    /// A compressed file that the library cannot begin to read, because it is cut off or damaged within its first block.
    private mutating func salvage(
        _ wrapped: FoundFile, _ error: ArchiveError, _ tally: inout MemberTally
    ) throws(UnpackingEnd) {
        if let bound = budget.takeMember() { throw reached(bound, wrapped.path) }
        var member = wrapped
        member.wrapping.append(ArchiveKind.gzip.rawValue)
        var content = MemberContent(salvagedFrom: wrapped.contentPath, after: error)
        try take(&content, member, size: nil, &tally)
    }

    /// A zip's directory leads to the members behind a broken one: a new reader, behind the first `index` members. Nil
    /// for other kinds, and far into a large one: it is read again from its first member.
    private func reopen(_ wrapped: FoundFile, _ kind: ArchiveKind, behind index: Int) -> ArchiveReader? {
        guard kind == .zip, index <= 4096 else { return nil }
        let reader = try? ArchiveReader(path: wrapped.contentPath, kind: kind, passwords: options.passwords)
        guard let reader else { return nil }
        for _ in 0..<index {
            guard let entry = try? reader.next(), entry.size != nil else { return nil }
        }
        return reader
    }

    private mutating func takeMember(
        _ entry: ArchiveEntry, of reader: ArchiveReader, in wrapped: FoundFile, _ tally: inout MemberTally
    ) throws(UnpackingEnd) {
        if let bound = budget.takeMember() { throw reached(bound, wrapped.path) }
        let member = found(entry, of: reader, in: wrapped)
        switch entry.kind {
        case .directory: return
        case .link: return tally.add("link-not-followed", member.path, "a link in an archive")
        case .special: return tally.add("not-a-file", member.path, "a device, pipe or socket")
        case .file: break
        }
        var content = MemberContent(reader, of: wrapped.contentPath)
        content.readHead()
        try take(&content, member, size: entry.size, &tally)
    }

    private mutating func take(
        _ content: inout MemberContent, _ member: FoundFile, size: Int64?, _ tally: inout MemberTally
    ) throws(UnpackingEnd) {
        if let bound = budget.take(content.read) { throw reached(bound, member.path) }
        let end = try take(&content, member)
        if let fault = content.fault {
            tally.add(fault, to: member.path, content.kind)
        } else if let warning = content.reader?.warning {
            tally.add("archive-warning", member.path, MemberName.visible(warning.message.utf8), offset: warning.offset)
        }
        if let end { throw end }
        if content.fault?.isFatal == true { throw .damaged }
        try pass(&content, size, member)
    }

    /// What to do with a member, told from its head; and does it.
    /// - Returns: What ended it, after the member was listed.
    private mutating func take(
        _ content: inout MemberContent, _ member: FoundFile
    ) throws(UnpackingEnd) -> UnpackingEnd? {
        guard !content.head.isEmpty else {
            let kind = content.kind
            let locked = content.fault.flatMap { $0.code == .password ? MemberTally.passwordHint(kind, $0) : nil }
            list(member, unread: locked ?? (content.fault == nil ? "empty file" : "nothing of it could be read"))
            return nil
        }
        var member = member
        switch Wrapping.of(content.head.span.bytes) {
        case .archive(let kind):
            guard member.wrapping.count < options.limits.depth else {
                tooDeep(member)
                return nil
            }
            guard let spooled = try spool(&content, member, from: nil) else { return .all }
            member.contentPath = spooled.file.path
            member.size = spooled.file.size
            defer { spooled.file.remove() }
            if let end = spooled.end { return end }
            try unpack(member, as: kind)
            return nil
        case .utf16(let text):
            member.wrapping.append(text.name)
            return try keep(&content, member, recognise(content.head.span.bytes, text, member), from: text)
        case nil:
            note(member, content.head.span.bytes)
            let recognition = Formats.recognise(
                head: content.head.span.bytes, fileExtension: member.fileExtension)
            return try keep(&content, member, recognition, from: nil)
        }
    }

    /// Spools a member that was recognised, lists it in any case.
    private mutating func keep(
        _ content: inout MemberContent, _ member: FoundFile, _ recognition: Recognition, from text: UTF16Text?
    ) throws(UnpackingEnd) -> UnpackingEnd? {
        guard case .format = recognition else {
            list(member, recognition)
            return nil
        }
        guard let spooled = try spool(&content, member, from: text) else { return .all }
        var member = member
        member.contentPath = spooled.file.path
        member.size = spooled.file.size
        list(member, recognition)
        return spooled.end
    }

    /// Writes the content to a temporary file, as far as it can be read and the limits allow. Nil when it could not be
    /// written.
    private mutating func spool(
        _ content: inout MemberContent, _ member: FoundFile, from text: UTF16Text?
    ) throws(UnpackingEnd) -> (file: SpoolFile, end: UnpackingEnd?)? {
        do {
            var sink = SpoolSink(try makeSpoolFile(), from: text)
            var end: UnpackingEnd?
            try sink.append(content.head)
            while end == nil, let piece = content.next() {
                if let bound = budget.take(Int64(piece)) { end = reached(bound, member.path) }
                tell(member.path)
                if content.read > options.limits.memberBytes {
                    let most = UnpackBudget.quantity(options.limits.memberBytes)
                    add(
                        EvidenceDefect(
                            path: member.path, code: "archive-too-large",
                            detail: "unpacks to more than \(most); the rest is not read"))
                    break
                }
                if Task.isCancelled { end = interrupted(member.path) }
                if end == nil { try sink.append(content.piece) }
            }
            try sink.finish()
            for defect in sink.defects(of: member.path) { add(defect) }
            return (sink.file, end)
        } catch {
            failed(error, member.path)
            return nil
        }
    }

    /// Counts what the reader unpacks on its way to the next member.
    private mutating func pass(
        _ content: inout MemberContent, _ size: Int64?, _ member: FoundFile
    ) throws(UnpackingEnd) {
        if Task.isCancelled { throw interrupted(member.path) }
        guard !content.isAtEnd else { return }
        if let size {
            guard content.reader?.skipsCheaply == false else { return }
            if let bound = budget.take(max(0, size - content.read)) { throw reached(bound, member.path) }
            return
        }
        while let piece = content.next() {
            if let bound = budget.take(Int64(piece)) { throw reached(bound, member.path) }
        }
    }

    private func found(_ entry: ArchiveEntry, of reader: ArchiveReader, in wrapped: FoundFile) -> FoundFile {
        let isBare = reader.isBare
        let name = isBare ? "" : MemberName.visible(entry.path)
        var member = FoundFile(
            path: isBare ? wrapped.path : wrapped.path + "!" + name, contentPath: "",
            size: isBare ? wrapped.size : max(0, entry.size ?? 0),
            modified: isBare ? wrapped.modified : entry.modified.flatMap(Self.moment) ?? wrapped.modified,
            trail: isBare ? wrapped.trail : wrapped.trail + [name])
        member.wrapping = wrapped.wrapping + reader.wrapping
        return member
    }

    private static func moment(_ seconds: Int64) -> Timestamp? {
        let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? nil : Timestamp(nanoseconds: nanoseconds)
    }

    private mutating func reached(_ bound: UnpackBudget.Bound, _ path: String) -> UnpackingEnd {
        add(EvidenceDefect(path: path, code: bound.code, detail: budget.text(of: bound)))
        return .all
    }

    private mutating func interrupted(_ path: String) -> UnpackingEnd {
        add(EvidenceDefect(path: path, code: "interrupted", detail: "the run was cancelled; the rest is not read"))
        return .all
    }
}
