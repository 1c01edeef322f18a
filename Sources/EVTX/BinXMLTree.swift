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
