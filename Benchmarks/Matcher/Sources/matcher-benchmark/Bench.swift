import Foundation
import Sigma

/// Command line.
struct Options {
    var directories: [String] = []
    var taxonomy = "Taxonomy/windows.yml"
    var seconds = 0.5
    /// Only measure lanes whose name contains this.
    var lane = ""
    /// Leave out the curve and the run without routing.
    var isBrief = false

    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--taxonomy": taxonomy = rest.popFirst() ?? taxonomy
            case "--lane": lane = rest.popFirst() ?? ""
            case "--brief": isBrief = true
            case "--seconds": seconds = rest.popFirst().flatMap { Double($0) } ?? seconds
            default: directories.append(argument)
            }
        }
    }
}

/// CPU time of this thread in nanoseconds: other work on the machine does not count.
func cpuTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}

func milliseconds(_ nanoseconds: Double) -> String { String(format: "%.1f", nanoseconds / 1e6) }

/// Largest resident set so far, KiB (Linux).
func peakMemory() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    return line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0
}

/// The rules, and sets of other sizes made from them.
struct Corpus {
    var rules: [Rule] = []
    var parseTime = 0.0

    init(_ directories: [String]) {
        let start = cpuTime()
        for directory in directories {
            let paths = FileManager.default.subpaths(atPath: directory) ?? []
            for path in paths.sorted() where path.hasSuffix(".yml") {
                guard let text = try? String(contentsOfFile: directory + "/" + path, encoding: .utf8) else { continue }
                for case .rule(let rule) in RuleParser().parse(RuleText(path: path, text: text)).documents {
                    rules.append(rule)
                }
            }
        }
        parseTime = cpuTime() - start
    }

    /// A spread selection, or the rules again and again with changed literals.
    func resized(to count: Int) -> [Rule] {
        if count <= rules.count { return (0..<count).map { rules[$0 * rules.count / count] } }
        var result = rules
        var copy = 1
        while result.count < count {
            for rule in rules.prefix(count - result.count) {
                var rule = rule
                rule.condition = mutated(rule.condition, copy)
                result.append(rule)
            }
            copy += 1
        }
        return result
    }

    private func mutated(_ expression: Sigma.Expression, _ copy: Int) -> Sigma.Expression {
        switch expression {
        case .all(let children): .all(children.map { mutated($0, copy) })
        case .any(let children): .any(children.map { mutated($0, copy) })
        case .not(let child): .not(mutated(child, copy))
        case .keyword(let pattern): .keyword(mutated(pattern, copy))
        case .item(let item):
            if case .pattern(let pattern) = item.test {
                .item(Item(field: item.field, test: .pattern(mutated(pattern, copy))))
            } else {
                expression
            }
        }
    }

    /// Changes one letter in the middle of each literal of four or more, another one for every copy.
    private func mutated(_ pattern: Pattern, _ copy: Int) -> Pattern {
        var pattern = pattern
        pattern.tokens = pattern.tokens.map { token in
            guard case .literal(let text) = token, text.count >= 4 else { return token }
            var letters = Array(text)
            letters[letters.count / 2] = Array("qxzjvkwy0123456789")[copy % 18]
            return .literal(String(letters))
        }
        return pattern
    }
}

/// Timing loops.
struct Bench {
    let lanes: [Lane]
    let seconds: Double

    func compile(_ rules: [Rule], _ taxonomy: Taxonomy) -> Program {
        var best = Double.infinity
        var program = Program(rules: [], taxonomy: taxonomy)
        for _ in 0..<3 {
            let start = cpuTime()
            program = Program(rules: rules, taxonomy: taxonomy)
            best = min(best, cpuTime() - start)
        }
        var routes = 0.0
        for lane in lanes {
            let start = cpuTime()
            let route = program.route(for: lane.kind)
            let time = cpuTime() - start
            routes += time
            print(
                "  route \(lane.name): \(route.ruleCount) rules, \(route.fieldNames.count) fields, \(milliseconds(time)) ms"
            )
        }
        print("compile \(milliseconds(best)) ms, routes of all lanes \(milliseconds(routes)) ms")
        return program
    }

    func cache(_ program: Program) {
        let start = cpuTime()
        let bytes = program.encode()
        let encoded = cpuTime()
        do {
            let copy = try Program(decoding: bytes.span.bytes)
            let decoded = cpuTime()
            let same = copy.encode() == bytes
            print(
                "cache \(bytes.count / 1024) KB, encode \(milliseconds(encoded - start)) ms,"
                    + " decode \(milliseconds(decoded - encoded)) ms, same: \(same)")
        } catch {
            print("cache: \(error)")
        }
    }

    func report(_ program: Program, title: String, perLane: Bool) {
        print("\n\(title)")
        for lane in lanes {
            let result = run(program, lane)
            let rate = 1e9 / result.nanoseconds
            let bytes = Double(lane.byteCount) / Double(lane.events.count)
            print(
                "  \(lane.name.padding(toLength: 34, withPad: " ", startingAt: 0))"
                    + String(
                        format: "%8.0f ns %9.0f events/s %6.0f MB/s  %5.2f candidates %6.3f hits", result.nanoseconds,
                        rate,
                        bytes * rate / 1e6, result.candidates, result.hits))
        }
    }

    func curve(_ program: Program, _ count: Int) {
        let results = lanes.map { run(program, $0) }
        let times = results.map { String(format: "%6.0f", $0.nanoseconds) }
        let candidates = results.map { String(format: "%6.1f", $0.candidates) }
        print("\(String(count).padding(toLength: 8, withPad: " ", startingAt: 0)) \(times.joined(separator: " "))")
        print("  candidates \(candidates.joined(separator: " "))")
    }

    @inline(__always)
    private func add(_ value: [UInt8], _ field: RouteField, to matcher: inout EventMatcher) {
        matcher.add(field: field, utf8: value.span.bytes)
    }

    /// Best pass of those that fit the time: nanoseconds per event, candidates and hits per event.
    private func run(_ program: Program, _ lane: Lane) -> (nanoseconds: Double, candidates: Double, hits: Double) {
        let route = program.route(for: lane.kind)
        let names = route.fieldNames
        let fields = lane.names.map { name -> RouteField? in
            names.firstIndex(of: name).map { RouteField($0) } ?? (route.wantsEveryField ? .unnamed : nil)
        }
        var matcher = EventMatcher(route)
        var best = Double.infinity
        var hits = 0
        var passes = 0
        let end = cpuTime() + seconds * 1e9
        repeat {
            let start = cpuTime()
            for event in lane.events {
                matcher.begin(route)
                for index in fields.indices {
                    if let field = fields[index] { add(event[index], field, to: &matcher) }
                }
                hits += matcher.match().count
            }
            passes += 1
            best = min(best, (cpuTime() - start) / Double(lane.events.count))
        } while cpuTime() < end
        let events = Double(passes * lane.events.count)
        return (best, Double(matcher.candidateCount) / events, Double(hits) / events)
    }
}
