/// Why a fragment could not be read, and where in the window.
struct BinXMLError: Error, Equatable {
    enum Code: String {
        case truncated = "ends too early"
        case badToken = "unknown token"
        case badName = "name outside the chunk"
        case badTemplate = "template definition outside the chunk"
        case badValue = "value of unknown type"
        case limit = "too deep or too large"
    }

    var code: Code
    var offset: Int
}
