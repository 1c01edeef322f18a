import ArgumentParser
import Bytes
import Engine
import Events
import Formats

/// How evidence is read, as typed; the same for every command that reads it.
struct ReadingArguments: ParsableArguments {
    @Flag(name: .long, help: "Carve records out of slack space and damaged chunks too.")
    var recover = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The zone of times that state none: +02:00. UTC unless given; only for formats that write local time.",
            valueName: "offset"),
        transform: ReadingArguments.zone)
    var timezone = 0

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The day of the first record where records state none (strace -tt, Procmon). Else the file's own date.",
            valueName: "yyyy-mm-dd"),
        transform: ReadingArguments.day)
    var date: CivilDate?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Add this to the times of a host, or of files whose path ends so: WEB1=+2m30s. Repeatable.",
            valueName: "host=span"),
        transform: ReadingArguments.clock)
    var clock: [ClockCorrection] = []

    @Option(
        name: .long,
        help: ArgumentHelp("A password for encrypted archives. Repeatable; tried in order.", valueName: "text"))
    var password: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("Most gigabytes to unpack from all archives together.", valueName: "GB"))
    var maxUnpacked = 256

    func validate() throws {
        guard (1...1_000_000).contains(maxUnpacked) else { throw ValidationError("--max-unpacked takes 1 to 1000000.") }
    }

    /// The options, resolved.
    var options: ReadingOptions {
        var options = ReadingOptions()
        options.recover = recover
        options.zone = timezone
        options.day = date
        options.clocks = clock
        options.unwrapping.passwords = password
        options.unwrapping.limits.bytes = Int64(maxUnpacked) << 30
        return options
    }

    /// `+02:00`, `-0530`, `Z` in seconds east of Greenwich.
    static func zone(_ text: String) throws -> Int {
        if text.uppercased() == "Z" || text.uppercased() == "UTC" { return 0 }
        let digits = text.dropFirst().filter { $0 != ":" }
        guard let sign = text.first, sign == "+" || sign == "-", digits.count == 2 || digits.count == 4,
            digits.allSatisfy(\.isNumber), let hours = Int(digits.prefix(2)),
            let minutes = Int("0" + digits.dropFirst(2)),
            hours <= 14, minutes < 60
        else { throw ValidationError("'\(text)' is no zone. Write +02:00, -05:30 or UTC.") }
        return (sign == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
    }

    static func day(_ text: String) throws -> CivilDate {
        let moment = try MomentArgument.moment(text)
        guard text.count == 10 else { throw ValidationError("'\(text)' is no day. Write 2024-05-01.") }
        return CivilDate(daysSince1970: moment.nanoseconds / 86_400_000_000_000)
    }

    /// `HOST=+2m30s`, `HOST=-1h`.
    static func clock(_ text: String) throws -> ClockCorrection {
        let wrong = ValidationError("--clock takes HOST=+2m30s or HOST=-1h; '\(text)' is neither.")
        guard let equals = text.lastIndex(of: "="), equals != text.startIndex else { throw wrong }
        let span = text[text.index(after: equals)...]
        guard let sign = span.first, sign == "+" || sign == "-" else { throw wrong }
        var total: Int64 = 0
        var part = ""
        for character in span.dropFirst() {
            part.append(character)
            guard !character.isNumber else { continue }
            guard let nanoseconds = try? MomentArgument.span(part) else { throw wrong }
            total += nanoseconds
            part = ""
        }
        guard part.isEmpty, total > 0 else { throw wrong }
        return ClockCorrection(source: String(text[..<equals]), offset: sign == "-" ? -total : total)
    }
}
