import Bytes

/// Why a log cannot be read at all. (Damage inside a log is an ``EVTXDefect`` instead.)
public enum EVTXError: Error, Equatable, CustomStringConvertible {
    /// The file could not be opened or mapped.
    case file(FileError)
    /// The file is no event log in this format; `reason` says what it is, as far as that can be told.
    case notEVTX(name: String, reason: String)

    /// One line for people.
    public var description: String {
        switch self {
        case .file(let error): error.description
        case .notEVTX(let name, let reason): "\(name): not an EVTX log: \(reason)"
        }
    }
}
