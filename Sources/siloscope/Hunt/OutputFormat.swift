import ArgumentParser

/// How alerts are written.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    case table, ndjson, csv, timesketch
}
