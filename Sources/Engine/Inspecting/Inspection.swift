import Bytes
import Executables
public import Formats

/// Looks at every executable of the evidence, in parallel, and tells of them in the order of the evidence.
///
///     evidence ─→ executables, 64 at a time ─→ mapped, report (headers only) ─→ change against the reference ─→ sink
///
/// Memory is bounded by a round of files, whatever the evidence holds.
public struct Inspection: Sendable {
    /// The format that executables are recognised as.
    static let formatName = Formats.executables.name
    /// Files of a round: looked at in parallel, told in order.
    private static let round = 64

    private let files: InspectionReferences
    private let references: InspectionReferences?
    private let roots: [String]
    private let threads: Int
    private let changes: LayerChanges

    /// An inspection that has not begun.
    ///
    /// - Parameters:
    ///   - roots: The paths that were typed for `evidence`: what is below them is compared by its path from there.
    ///   - reference: What to compare with; nil for none.
    ///   - threads: Workers; 0 means as many as the machine has.
    public init(
        evidence: Evidence, roots: [String], reference: Evidence? = nil, referenceRoots: [String] = [],
        threads: Int = 0
    ) {
        self.roots = roots
        self.threads = threads
        files = InspectionReferences(evidence, roots: roots)
        let others = reference.map { InspectionReferences($0, roots: referenceRoots) }
        let changes = LayerChanges([evidence] + (reference.map { [$0] } ?? []))
        self.changes = changes
        // A reference that is only a listing has nothing to compare with.
        references = others.flatMap { $0.executables.isEmpty && changes.isKnown ? nil : $0 }
    }

    /// Looks at all files and gives them to `sink`, in the order of the evidence. A file that cannot be read is in the
    /// summary.
    public func run(_ sink: (InspectedFile) throws -> Void) async throws -> InspectionSummary {
        var summary = start()
        let indices = files.executables
        var next = 0
        while next < indices.count, !Task.isCancelled {
            let round = Array(indices[next..<min(next + Self.round, indices.count)])
            next += round.count
            for (index, file) in zip(round, await look(at: round)) {
                guard let file else {
                    summary.unread.append(unread(index))
                    continue
                }
                summary.files += 1
                summary.bytes += file.size
                if let worst = file.findings.first?.severity { summary.filesBySeverity[worst, default: 0] += 1 }
                try sink(file)
            }
        }
        summary.interrupted = next < indices.count
        return summary
    }

    private func start() -> InspectionSummary {
        var summary = InspectionSummary()
        let evidence = files.evidence
        for source in evidence.sources where source.formatName != Self.formatName {
            summary.others += 1
            guard roots.contains(source.path), source.formatName != "docker-diff" else { continue }
            summary.refused.append(
                InspectionSummary.Unread(
                    path: source.path, code: "not-executable",
                    detail: source.reason.isEmpty ? "evidence of format \(source.formatName)" : source.reason))
        }
        let defects = evidence.defects + (references?.evidence.defects ?? [])
        summary.unread = defects.map { InspectionSummary.Unread(path: $0.path, code: $0.code, detail: $0.detail) }
        if changes.left > 0 {
            summary.unread.append(
                InspectionSummary.Unread(
                    path: "docker diff", code: "too-many-paths", detail: "\(changes.left) paths were left out"))
        }
        if let references {
            summary.references = references.executables.count
            let keys = Set(files.executables.map { key(of: $0) })
            let isPair = files.executables.count == 1 && references.executables.count == 1
            summary.referencesAlone = isPair ? 0 : references.count(without: keys)
        }
        return summary
    }

    private func unread(_ index: Int) -> InspectionSummary.Unread {
        InspectionSummary.Unread(
            path: files.evidence.sources[index].path, code: "unreadable",
            detail: "it cannot be read any more, or begins as an executable and is none")
    }

    private func key(of index: Int) -> String { LayerPath.key(of: files.evidence.sources[index].path, roots: roots) }

    /// A round: the files of `round`, in its order; nil for those that cannot be read.
    private func look(at round: [Int]) async -> [InspectedFile?] {
        let workers = min(round.count, Hunt.threads(threads))
        return await withTaskGroup(of: [(Int, InspectedFile?)].self) { group in
            for worker in 0..<workers {
                group.addTask {
                    stride(from: worker, to: round.count, by: workers).map { place in
                        (place, Task.isCancelled ? nil : look(at: round[place]))
                    }
                }
            }
            var files = [InspectedFile?](repeating: nil, count: round.count)
            for await part in group { for (place, file) in part { files[place] = file } }
            return files
        }
    }
}

// MARK: - One file

extension Inspection {
    private func look(at index: Int) -> InspectedFile? {
        let source = files.evidence.sources[index]
        guard let storage = files.storage(index),
            let report = ExecutableReport(storage, file: { references?.file(of: $0) ?? files.file(of: $0) })
        else { return nil }
        var file = InspectedFile(
            path: source.path, wrapping: source.wrapping, collectedFrom: source.host ?? "",
            originalPath: source.originalPath ?? "", size: source.size, report: report)
        if case .elf(let report) = report, let image = report.image {
            file.initialisers = ELFInitialisers(image, storage.bytes)
        }
        file.change = change(of: index, report, storage)
        file.findings = report.findings
        if let change = file.change, !change.findings.isEmpty {
            // Stable: of equal severity a change comes before what the file says of itself.
            file.findings = (change.findings + report.findings).enumerated().sorted {
                $0.element.severity == $1.element.severity
                    ? $0.offset < $1.offset : $0.element.severity > $1.element.severity
            }.map(\.element)
        }
        if report.kind != .minidump, (file.findings.first?.severity ?? .informational) >= .low {
            file.hash = FileHash.hex(of: storage)
        }
        return file
    }

    private func change(of index: Int, _ report: ExecutableReport, _ storage: ByteStorage) -> InspectedChange? {
        guard report.kind != .minidump else { return nil }
        let listed = changes.isKnown ? changes.kind(of: key(of: index)) : ""
        guard let references else {
            guard !listed.isEmpty else { return nil }
            var change = InspectedChange(relation: listed == "added" ? .added : .changed, listed: listed)
            change.findings = [LayerFindings.listed(listed, report)]
            return change
        }
        var nearest: InspectedChange?
        for candidate in candidates(for: index, references) {
            guard let other = references.storage(candidate), let old = ExecutableReport(other) else { continue }
            var change = LayerFindings.compare(report, storage, with: old, other)
            change.reference = references.evidence.sources[candidate].path
            if nearest.map({ change.relation.distance < $0.relation.distance }) ?? true { nearest = change }
            if nearest?.relation == .identical { break }
        }
        var change = nearest ?? InspectedChange(relation: .added, findings: [LayerFindings.added(report)])
        change.listed = listed
        return change
    }

    /// One file against one file need not have the same name.
    private func candidates(for index: Int, _ references: InspectionReferences) -> [Int] {
        if files.executables.count == 1, references.executables.count == 1 { return references.executables }
        return Array(references.candidates(key(of: index)))
    }
}
