import Bytes

/// Puts values in place of substitutions: from a definition and its instance to the XML that Windows would show.
struct BinXMLExpander {
    let chunkBase: Int
    let chunkEnd: Int
    let limits: EVTXLimits
    /// Nodes that may be made.
    let budget: Int
    /// Nodes made so far.
    private(set) var nodes = 0

    init(chunkBase: Int, chunkEnd: Int, limits: EVTXLimits, budget: Int = .max) {
        self.budget = min(budget, limits.expandedNodes)
        self.chunkBase = chunkBase
        self.chunkEnd = chunkEnd
        self.limits = limits
    }

    /// Reads a fragment of the window and expands all of its templates.
    mutating func fragment(
        _ bytes: RawSpan, at offset: Int, end: Int, dependency: Bool, depth: Int
    ) throws(BinXMLError) -> [BinXMLNode] {
        guard depth <= limits.depth else { throw BinXMLError(code: .limit, offset: offset) }
        var parser = BinXMLParser(
            chunkBase: chunkBase, chunkEnd: chunkEnd, position: offset, end: end, limits: limits)
        let nodes = try parser.fragment(bytes, dependency: dependency, depth: 0)
        return try expand(nodes, values: [], bytes, depth: depth)
    }

    /// The nodes of a definition with `values` in their slots.
    mutating func expand(
        _ nodes: [BinXMLNode], values: [EVTXValue], _ bytes: RawSpan, depth: Int
    ) throws(BinXMLError) -> [BinXMLNode] {
        var result: [BinXMLNode] = []
        for node in nodes {
            self.nodes += 1
            guard depth <= limits.depth, self.nodes <= budget else {
                throw BinXMLError(code: .limit, offset: chunkBase)
            }
            switch node {
            case .element(let element):
                let expanded = try expand(element, values: values, bytes, depth: depth + 1)
                result.append(.element(expanded))
            case .substitution(let slot, _, _):
                guard slot < values.count else { continue }
                result += try expand(values[slot], bytes, depth: depth + 1)
            case .template(let definition, let values):
                let nodes = try self.definition(bytes, at: definition)
                result += try expand(nodes, values: values, bytes, depth: depth + 1)
            default:
                result.append(node)
            }
        }
        return result
    }

    private mutating func expand(
        _ value: EVTXValue, _ bytes: RawSpan, depth: Int
    ) throws(BinXMLError) -> [BinXMLNode] {
        let offset = Int(value.offset)
        if value.type == .binXML {
            // A fragment that cannot be read costs what is in it, not the rest of the record.
            do throws(BinXMLError) {
                return try fragment(bytes, at: offset, end: offset + value.count, dependency: false, depth: depth)
            } catch {
                if error.code == .limit { throw error }
                return []
            }
        }
        guard let slice = bytes.slice(at: offset, length: value.count) else { return [] }
        var copy: [UInt8] = []
        copy.append(slice)
        return [.value(value.type, copy)]
    }

    private mutating func expand(
        _ element: BinXMLElement, values: [EVTXValue], _ bytes: RawSpan, depth: Int
    ) throws(BinXMLError) -> BinXMLElement {
        var result = BinXMLElement(name: element.name, attributes: [], children: [])
        for attribute in element.attributes {
            if attribute.value.count == 1, case .substitution(let slot, _, let optional) = attribute.value[0] {
                let value = slot < values.count ? values[slot] : nil
                // A fragment is nothing that an attribute could be.
                if value?.type == .binXML || (optional && value?.isEmpty ?? true) {
                    result.dropsAttributes = true
                    continue
                }
            }
            result.attributes.append(
                BinXMLAttribute(
                    name: attribute.name, value: try expand(attribute.value, values: values, bytes, depth: depth)))
        }
        result.children = try expand(element.children, values: values, bytes, depth: depth)
        return result
    }

    /// Reads the definition at a window offset: `next32 guid128 size32 body[size]`.
    func definition(_ bytes: RawSpan, at offset: Int) throws(BinXMLError) -> [BinXMLNode] {
        guard let size = bytes.uint32(at: offset + 20), offset >= chunkBase, offset + 24 + Int(size) <= chunkEnd else {
            throw BinXMLError(code: .badTemplate, offset: offset)
        }
        var parser = BinXMLParser(
            chunkBase: chunkBase, chunkEnd: chunkEnd, position: offset + 24, end: offset + 24 + Int(size),
            limits: limits)
        return try parser.fragment(bytes, dependency: true, depth: 0)
    }
}
