/// Binary XML as a tree: what ``BinXMLParser`` reads and the renderers walk. Names are text already; values are either
/// UTF-8 literals or typed bytes.
struct BinXMLElement: Hashable, Sendable {
    var name: String
    var attributes: [BinXMLAttribute]
    var children: [BinXMLNode]
    /// Whether the definition has attributes that this instance leaves out: it is then no text field either.
    var dropsAttributes = false
}

/// An attribute; its value consists of text-like nodes.
struct BinXMLAttribute: Hashable, Sendable {
    var name: String
    var value: [BinXMLNode]
}

/// One node of content.
indirect enum BinXMLNode: Hashable, Sendable {
    case element(BinXMLElement)
    /// Literal text, UTF-8.
    case text([UInt8])
    case cdata([UInt8])
    /// A typed value: its type and its bytes as in the file.
    case value(EVTXValueType, [UInt8])
    case characterReference(UInt16)
    case entityReference(String)
    case instruction(target: String, data: [UInt8])
    /// A place that a value of the instance fills.
    case substitution(slot: Int, type: EVTXValueType, optional: Bool)
    /// A template inside a definition or fragment; offsets are those of the window.
    case template(definition: Int, values: [EVTXValue])
}

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

/// The tokens of binary XML ([MS-EVEN6] 2.2.12). Bit 6 (`more`) says that a further item of the same kind follows.
enum BinXMLToken {
    static let end: UInt8 = 0x00
    static let openElement: UInt8 = 0x01
    static let closeStart: UInt8 = 0x02
    static let closeEmpty: UInt8 = 0x03
    static let endElement: UInt8 = 0x04
    static let value: UInt8 = 0x05
    static let attribute: UInt8 = 0x06
    static let cdata: UInt8 = 0x07
    static let characterReference: UInt8 = 0x08
    static let entityReference: UInt8 = 0x09
    static let instructionTarget: UInt8 = 0x0A
    static let instructionData: UInt8 = 0x0B
    static let templateInstance: UInt8 = 0x0C
    static let substitution: UInt8 = 0x0D
    static let optionalSubstitution: UInt8 = 0x0E
    static let fragmentHeader: UInt8 = 0x0F
    static let more: UInt8 = 0x40
}
