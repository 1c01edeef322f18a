public import Sigma

/// Parses rule texts on all threads and keeps the rules that were asked for.
public enum RuleLoader {
    /// Loads everything a hunt needs.
    ///
    /// - Parameter texts: Further rule files, such as an exception that is tried.
    /// - Throws: ``HuntError``: a path that does not exist, a strategy or taxonomy that is malformed, or no rule left.
    public static func load(
        _ options: HuntOptions, adding texts: [RuleText] = []
    ) async throws(HuntError) -> RuleBook {
        let gathered = try RuleSources.builtin(options)
        let parser = RuleParser(placeholders: options.placeholders)
        var files = await parse(gathered.texts, parser: parser, threads: options.threads)
        files += try await parseFiles(options, parser: parser)
        files += texts.map(parser.parse)
        select(&files, options)
        let ruleSet = RuleSet(files: files, judging: ExceptionPolicy(on: options.today).judge)
        guard !ruleSet.rules.isEmpty else {
            let path = options.rulePaths.joined(separator: ", ")
            let reason = files.isEmpty ? "no rule files" : "no rule is left of \(files.count) files"
            throw HuntError(.noRules, path: path, reason: reason)
        }
        do {
            return try RuleBook(
                ruleSet: ruleSet, strategies: gathered.strategies, ignoreLogSource: options.ignoreLogSource)
        } catch {
            throw HuntError(.rulesUnreadable, path: "windows.yml", reason: error.description)
        }
    }

    /// The files that were given, from the cache if it has exactly them.
    private static func parseFiles(_ options: HuntOptions, parser: RuleParser) async throws(HuntError) -> [ParsedFile] {
        let paths = try RuleSources.files(of: options)
        let cache = options.cachePath.map(RuleCache.init)
        let key = cache?.key(of: paths, placeholders: options.placeholders)
        let known = key.flatMap { cache?.read($0) }
        var texts: [RuleText] = []
        for path in paths where known?[path] == nil { texts.append(try RuleSources.text(path)) }
        let parsed = await parse(texts, parser: parser, threads: options.threads)
        guard let known else {
            if let key { cache?.write(parsed, for: key) }
            return parsed
        }
        var rest = parsed.makeIterator()
        return paths.compactMap { known[$0] ?? rest.next() }
    }

    /// Parses texts in parallel; the result is in their order.
    static func parse(_ texts: [RuleText], parser: RuleParser, threads: Int) async -> [ParsedFile] {
        let pieces = max(1, Hunt.threads(threads))
        let size = (texts.count + pieces - 1) / pieces
        guard pieces > 1, texts.count > 64 else { return texts.map(parser.parse) }
        return await withTaskGroup(of: (Int, [ParsedFile]).self) { group in
            for start in stride(from: 0, to: texts.count, by: size) {
                let piece = Array(texts[start..<min(start + size, texts.count)])
                group.addTask { (start, piece.map(parser.parse)) }
            }
            var parts: [(Int, [ParsedFile])] = []
            for await part in group { parts.append(part) }
            return parts.sorted { $0.0 < $1.0 }.flatMap(\.1)
        }
    }

    /// Leaves out what was not asked for, except rules that a correlation which was asked for refers to: those decide for
    /// it, and do not alert by themselves below the level asked for.
    static func select(_ files: inout [ParsedFile], _ options: HuntOptions) {
        var needed: Set<String> = []
        var pending = files.flatMap(\.documents).filter { keeps($0, options) }
        var correlations: [String: Correlation] = [:]
        for case .correlation(let correlation) in files.flatMap(\.documents) {
            correlations[correlation.metadata.id.lowercased()] = correlation
            if let name = correlation.metadata.name { correlations[name] = correlation }
        }
        while let document = pending.popLast() {
            guard case .correlation(let correlation) = document else { continue }
            for reference in correlation.rules where needed.insert(reference.lowercased()).inserted {
                if let chained = correlations[reference] ?? correlations[reference.lowercased()] {
                    pending.append(.correlation(chained))
                }
            }
        }
        for index in files.indices {
            files[index].documents.removeAll { document in
                let metadata = document.metadata
                let isNeeded =
                    needed.contains(metadata.id.lowercased())
                    || metadata.name.map { needed.contains($0.lowercased()) } == true
                return !isNeeded && !keeps(document, options)
            }
        }
    }

    /// Whether the options keep a document. Filters and correlations are judged by their own metadata, except for the
    /// level, which filters do not have.
    static func keeps(_ document: Document, _ options: HuntOptions) -> Bool {
        let metadata: Metadata
        switch document {
        case .filter: return true
        case .rule(let rule): metadata = rule.metadata
        case .correlation(let correlation): metadata = correlation.metadata
        }
        let status = metadata.status?.lowercased() ?? ""
        let tags = Set(metadata.tags.map { $0.lowercased() })
        let id = metadata.id.lowercased()
        if metadata.level < options.minimumLevel { return false }
        if !options.includeStatus.isEmpty, !options.includeStatus.contains(status) { return false }
        if options.excludeStatus.contains(status) { return false }
        if !options.includeTags.isEmpty, tags.isDisjoint(with: options.includeTags) { return false }
        if !tags.isDisjoint(with: options.excludeTags) { return false }
        if !options.includeRules.isEmpty, !options.includeRules.contains(id) { return false }
        return !options.excludeRules.contains(id)
    }
}
