import ArgumentParser
import Engine

/// `PATTERN=WEIGHT`, or `KIND:PATTERN=WEIGHT`, as typed.
struct AssetArgument: ExpressibleByArgument {
    let entry: AssetWeights.Entry

    init?(argument: String) {
        guard let entry = AssetWeights.Entry(argument) else { return nil }
        self.entry = entry
    }
}
