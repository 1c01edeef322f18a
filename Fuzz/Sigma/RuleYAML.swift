import Sigma

// libFuzzer target: any text through the rule parser, the rule set and the explanation of what was read.
//
// Built with `-sanitize=fuzzer -parse-as-library` against the package's modules (Bytes, Patterns, Yams, Sigma); run with
// `-max_len=65536 -timeout=20`. Besides "no crash and no hang" it checks that nothing is lost without a word: an input is
// read, or rejected with a diagnostic, and a diagnostic can be rendered.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRuleYAML(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // Safe: libFuzzer hands over `count` readable bytes for the time of the call; they are copied.
    let text = String(decoding: unsafe UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    let parsed = RuleParser(placeholders: ["x": ["1", "2*"]]).parse(RuleText(path: "fuzz.yml", text: text))
    precondition(parsed.rejected == 0 || parsed.hasErrors, "rejected without a diagnostic")
    let set = RuleSet(files: [parsed])
    for diagnostic in set.diagnostics { _ = diagnostic.rendered(source: text) }
    let evaluator = Evaluator()
    for rule in set.rules {
        let holds = evaluator.matches(rule.condition, fields: ["f": ["a", ""]])
        precondition(
            evaluator.explain(rule, fields: ["f": ["a", ""]]).holds == holds, "explanation and verdict differ")
    }
    return 0
}
