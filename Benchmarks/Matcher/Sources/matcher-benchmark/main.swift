import Foundation
import Sigma

// matcher-benchmark RULES-DIRECTORY… [--taxonomy FILE] [--seconds N] [--lane TEXT] [--brief]
let options = try Options(Array(CommandLine.arguments.dropFirst()))
let corpus = Corpus(options.directories)
let taxonomy = try Taxonomy(yaml: String(contentsOfFile: options.taxonomy, encoding: .utf8))
print("\(corpus.rules.count) rules, parsed in \(milliseconds(corpus.parseTime)) ms")

var maker = LaneMaker()
let lanes = maker.lanes(count: 500).filter { options.lane.isEmpty || $0.name.contains(options.lane) }
let bench = Bench(lanes: lanes, seconds: options.seconds)

let program = bench.compile(corpus.rules, taxonomy)
bench.cache(program)
bench.report(program, title: "routed, \(corpus.rules.count) rules", perLane: true)

if options.isBrief { exit(0) }
print("\nrules    ns/event by lane (\(lanes.map { $0.name.prefix(14) }.joined(separator: " | ")))")
for count in [100, 1_000, 3_000, 30_000] {
    bench.curve(Program(rules: corpus.resized(to: count), taxonomy: taxonomy), count)
}
let everything = Program(rules: corpus.rules, taxonomy: taxonomy, ignoreLogSource: true)
bench.report(everything, title: "without routing, \(corpus.rules.count) rules", perLane: true)
print("peak memory \(peakMemory() / 1024) MB")
