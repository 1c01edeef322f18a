import Bytes

/// Reads binary XML into a tree, plainly and without caches: the twin of the compiled path, the source that templates
/// are compiled from, and the path for everything irregular.
///
/// Names and templates are addressed by offsets from the start of the chunk; positions here are offsets in the window.
struct BinXMLParser {
    /// A place where a definition names something, as ``TemplateCache`` needs it to recognise the definition elsewhere.
    struct NameField: Equatable {
        /// Window offset of the 32-bit name offset.
        var offset: Int
        /// Window offset of the name (its `next` link).
        var target: Int
        /// Whether the name follows its field directly.
        var isInline: Bool
    }

    let chunkBase: Int
    let chunkEnd: Int
    let limits: EVTXLimits
    private(set) var position: Int
    private var end: Int
    private var nodes = 0
    private(set) var nameFields: [NameField] = []
    private(set) var holdsTemplate = false

    init(chunkBase: Int, chunkEnd: Int, position: Int, end: Int, limits: EVTXLimits) {
        self.chunkBase = chunkBase
        self.chunkEnd = chunkEnd
        self.limits = limits
        self.position = position
        self.end = min(end, chunkEnd)
    }

    /// Reads nodes up to the end-of-stream token or the end of the fragment.
    /// - Parameter dependency: whether elements carry a dependency id (definitions do, fragments in values do not).
    mutating func fragment(_ bytes: RawSpan, dependency: Bool, depth: Int) throws(BinXMLError) -> [BinXMLNode] {
        var result: [BinXMLNode] = []
        while position < end {
            let token = try byte(bytes)
            switch token & ~BinXMLToken.more {
            case BinXMLToken.end: return result
            case BinXMLToken.fragmentHeader: try skip(3)
            default:
                position -= 1
                result.append(try node(bytes, dependency: dependency, depth: depth))
            }
        }
        return result
    }

    /// Reads one element and all it holds; the position is at its open token.
    mutating func element(
        _ bytes: RawSpan, dependency: Bool, depth: Int
    ) throws(BinXMLError) -> BinXMLElement {
        try count(depth: depth)
        let token = try byte(bytes)
        let start = position
        if dependency { try skip(2) }
        let size = Int(try uint32(bytes))
        // Some writers leave the dependency id out where it belongs: garbage as a size gives it away.
        if dependency, size > end - position {
            position = start
            _ = try uint32(bytes)
        }
        var element = BinXMLElement(name: try name(bytes), attributes: [], children: [])
        if token & BinXMLToken.more != 0 { try skip(4) }
        while true {
            let token = try byte(bytes)
            switch token & ~BinXMLToken.more {
            case BinXMLToken.attribute:
                element.attributes.append(try attribute(bytes, depth: depth))
            case BinXMLToken.closeEmpty:
                return element
            case BinXMLToken.closeStart:
                element.children = try content(bytes, dependency: dependency, depth: depth)
                return element
            default:
                throw BinXMLError(code: .badToken, offset: position - 1)
            }
        }
    }

    private mutating func content(
        _ bytes: RawSpan, dependency: Bool, depth: Int
    ) throws(BinXMLError) -> [BinXMLNode] {
        var children: [BinXMLNode] = []
        while true {
            let token = try byte(bytes)
            if token == BinXMLToken.endElement { return children }
            if token & ~BinXMLToken.more == BinXMLToken.fragmentHeader {
                try skip(3)
                continue
            }
            position -= 1
            children.append(try node(bytes, dependency: dependency, depth: depth + 1))
        }
    }

    private mutating func attribute(_ bytes: RawSpan, depth: Int) throws(BinXMLError) -> BinXMLAttribute {
        try count(depth: depth)
        var attribute = BinXMLAttribute(name: try name(bytes), value: [])
        while true {
            switch try byte(bytes) & ~BinXMLToken.more {
            case BinXMLToken.attribute, BinXMLToken.closeStart, BinXMLToken.closeEmpty:
                position -= 1
                return attribute
            default:
                position -= 1
                attribute.value.append(try node(bytes, dependency: true, depth: depth + 1))
            }
        }
    }

    private mutating func node(_ bytes: RawSpan, dependency: Bool, depth: Int) throws(BinXMLError) -> BinXMLNode {
        try count(depth: depth)
        let token = try byte(bytes)
        switch token & ~BinXMLToken.more {
        case BinXMLToken.openElement:
            position -= 1
            let element = try element(bytes, dependency: dependency, depth: depth)
            return .element(element)
        case BinXMLToken.value:
            return try literal(bytes)
        case BinXMLToken.cdata:
            let text = try countedText(bytes)
            return .cdata(text)
        case BinXMLToken.characterReference:
            let unit = try uint16(bytes)
            return .characterReference(unit)
        case BinXMLToken.entityReference:
            let name = try name(bytes)
            return .entityReference(name)
        case BinXMLToken.instructionTarget:
            let target = try name(bytes)
            guard bytes.uint8(at: position) == BinXMLToken.instructionData else {
                return .instruction(target: target, data: [])
            }
            position += 1
            let data = try countedText(bytes)
            return .instruction(target: target, data: data)
        case BinXMLToken.substitution, BinXMLToken.optionalSubstitution:
            let slot = Int(try uint16(bytes))
            let type = EVTXValueType(rawValue: try byte(bytes))
            return .substitution(slot: slot, type: type, optional: token == BinXMLToken.optionalSubstitution)
        case BinXMLToken.templateInstance:
            holdsTemplate = true
            return try templateInstance(bytes)
        default:
            throw BinXMLError(code: .badToken, offset: position - 1)
        }
    }

    /// A literal of the definition itself: nearly always text.
    private mutating func literal(_ bytes: RawSpan) throws(BinXMLError) -> BinXMLNode {
        let type = EVTXValueType(rawValue: try byte(bytes))
        if type == .string {
            let text = try countedText(bytes)
            return .text(text)
        }
        let size: Int
        if let fixed = type.fixedSize, !type.isArray {
            size = fixed
        } else if type == .ansiString || type == .binary {
            size = Int(try uint16(bytes))
        } else if type == .sid, let rest = bytes.slice(at: position, length: max(0, end - position)),
            let length = BytesText.sidLength(rest)
        {
            size = length
        } else if type == .null {
            size = 0
        } else {
            throw BinXMLError(code: .badValue, offset: position - 1)
        }
        let content = try take(bytes, size)
        return .value(type, content)
    }

    /// Reads an instance's head and value descriptors: `0C 01 id32 definition32 [definition] count32 descriptors values`.
    private mutating func templateInstance(_ bytes: RawSpan) throws(BinXMLError) -> BinXMLNode {
        position -= 1
        guard
            let head = TemplateInstanceHead(
                bytes, at: position, end: end, chunkBase: chunkBase, maximumValues: limits.values)
        else { throw BinXMLError(code: .badTemplate, offset: position) }
        var values: [EVTXValue] = []
        var place = head.valuesOffset
        for index in 0..<head.valueCount {
            guard let value = EVTXValue(bytes, descriptorAt: head.descriptorsOffset + 4 * index, valueAt: place),
                place + value.count <= end
            else { throw BinXMLError(code: .truncated, offset: place) }
            values.append(value)
            place += value.count
        }
        position = place
        return .template(definition: head.definitionOffset, values: values)
    }

    // MARK: Pieces

    private mutating func count(depth: Int) throws(BinXMLError) {
        nodes += 1
        guard depth <= limits.depth, nodes <= limits.nodes else { throw BinXMLError(code: .limit, offset: position) }
    }

    private mutating func byte(_ bytes: RawSpan) throws(BinXMLError) -> UInt8 {
        guard position < end, let value = bytes.uint8(at: position) else {
            throw BinXMLError(code: .truncated, offset: position)
        }
        position += 1
        return value
    }

    private mutating func uint16(_ bytes: RawSpan) throws(BinXMLError) -> UInt16 {
        guard position + 2 <= end, let value = bytes.uint16(at: position) else {
            throw BinXMLError(code: .truncated, offset: position)
        }
        position += 2
        return value
    }

    private mutating func uint32(_ bytes: RawSpan) throws(BinXMLError) -> UInt32 {
        guard position + 4 <= end, let value = bytes.uint32(at: position) else {
            throw BinXMLError(code: .truncated, offset: position)
        }
        position += 4
        return value
    }

    private mutating func skip(_ count: Int) throws(BinXMLError) {
        guard position + count <= end else { throw BinXMLError(code: .truncated, offset: position) }
        position += count
    }

    private mutating func take(_ bytes: RawSpan, _ count: Int) throws(BinXMLError) -> [UInt8] {
        guard position + count <= end, let slice = bytes.slice(at: position, length: count) else {
            throw BinXMLError(code: .truncated, offset: position)
        }
        position += count
        var copy: [UInt8] = []
        copy.append(slice)
        return copy
    }

    private mutating func countedText(_ bytes: RawSpan) throws(BinXMLError) -> [UInt8] {
        let length = Int(try uint16(bytes)) * 2
        guard position + length <= end, let slice = bytes.slice(at: position, length: length) else {
            throw BinXMLError(code: .truncated, offset: position)
        }
        position += length
        var text: [UInt8] = []
        UTF16LE.appendUTF8(slice, to: &text)
        return text
    }

    /// Reads a name: `offset32`, and right behind it the name itself when that is where the offset points.
    ///
    /// A name is `next32 hash16 length16 units[length] NUL16`.
    private mutating func name(_ bytes: RawSpan) throws(BinXMLError) -> String {
        let field = position
        let target = chunkBase + Int(try uint32(bytes))
        guard target + 8 <= chunkEnd, let length = bytes.uint16(at: target + 6), length <= limits.nameLength,
            target + 8 + 2 * Int(length) <= chunkEnd,
            let units = bytes.slice(at: target + 8, length: 2 * Int(length))
        else { throw BinXMLError(code: .badName, offset: field) }
        let isInline = target == position
        if isInline { try skip(10 + 2 * Int(length)) }
        nameFields.append(NameField(offset: field, target: target, isInline: isInline))
        var text: [UInt8] = []
        UTF16LE.appendUTF8(units, to: &text)
        return String(decoding: text, as: UTF8.self)
    }
}
