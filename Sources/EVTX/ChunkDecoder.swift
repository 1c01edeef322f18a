import Bytes

/// The state and the inner loops of ``EVTXDecoder``.
struct ChunkDecoder {
    let options: EVTXDecoder.Options
    private(set) var generation = 0
    private(set) var cache = TemplateCache()
    private var chunkTemplates = ChunkTemplates()
    // The chunk being decoded, as offsets in its window.
    private(set) var chunkBase = 0
    private(set) var chunkEnd = 0
    private var fileOffset: Int64 = 0
    /// Nodes that irregular records of this chunk may still be expanded to.
    private var expansionBudget = 0

    init(options: EVTXDecoder.Options) { self.options = options }

    /// Names the chunk that offsets are relative to, and makes room in the cache.
    mutating func beginChunk(at base: Int, end: Int, fileOffset: Int64) {
        chunkBase = base
        chunkEnd = end
        self.fileOffset = fileOffset
        chunkTemplates.removeAll()
        expansionBudget = options.limits.expandedNodesPerChunk
        if cache.count >= options.limits.templates || cache.weight >= options.limits.templateBytes {
            cache.removeAll()
            generation += 1
        }
    }

    /// A defect at a window offset.
    func defect(_ code: EVTXDefect.Code, at offset: Int, _ detail: @autoclosure () -> String = "") -> EVTXDefect {
        EVTXDefect(code: code, fileOffset: fileOffset + Int64(offset), detail: detail())
    }

    // MARK: Fragments and instances

    /// State of one record being decoded.
    struct RecordState {
        var instances = 0
        var parentValue = EVTXBatch.Instance.root
        var isIncomplete = false
        var defect: EVTXDefect.Code?
        var defectOffset = 0
        var detail = ""

        mutating func fail(_ code: EVTXDefect.Code, at offset: Int, _ detail: String = "") {
            guard defect == nil else { return }
            defect = code
            defectOffset = offset
            self.detail = detail
        }
    }

    /// Decodes the fragment in `position ..< end`: template instances and inline elements, up to the end token.
    mutating func decodeFragment(
        _ bytes: RawSpan, at start: Int, end: Int, context: BinXMLContext, depth: Int, state: inout RecordState,
        into batch: inout EVTXBatch
    ) {
        guard depth <= options.limits.depth else { return state.fail(.limit, at: start, "nesting") }
        var position = start
        while position < end, let token = bytes.uint8(at: position) {
            switch token & ~BinXMLToken.more {
            case BinXMLToken.fragmentHeader:
                position += 4
            case BinXMLToken.end:
                return
            case BinXMLToken.templateInstance:
                guard
                    let next = decodeInstance(
                        bytes, at: position, end: end, context: context, depth: depth, state: &state, into: &batch)
                else { return }
                position = next
            case BinXMLToken.openElement:
                guard
                    let next = decodeElement(
                        bytes, at: position, end: end, context: context, depth: depth, state: &state, into: &batch)
                else { return }
                position = next
            default:
                return state.fail(.recordBody, at: position, "token \(token)")
            }
        }
    }

    /// Decodes one template instance and what is nested in its values; answers where it ends, or nil when it is broken.
    @inline(__always)
    private mutating func decodeInstance(
        _ bytes: RawSpan, at position: Int, end: Int, context: BinXMLContext, depth: Int, state: inout RecordState,
        into batch: inout EVTXBatch
    ) -> Int? {
        guard
            let head = TemplateInstanceHead(
                bytes, at: position, end: end, chunkBase: chunkBase, maximumValues: options.limits.values)
        else {
            state.fail(.recordBody, at: position, "template instance")
            return nil
        }
        guard state.instances < options.limits.instancesPerRecord else {
            state.fail(.limit, at: position, "instances in one record")
            return nil
        }
        guard let template = resolve(bytes, head, context, &state) else { return nil }
        guard cache.templates[template].maximumSlotUses <= options.limits.slotUses else {
            state.fail(.limit, at: position, "uses of one value")
            return nil
        }
        let firstValue = batch.values.count
        let walk = readValues(bytes, head, position: position, end: end, into: &batch.values)
        let place = walk.end
        if walk.isTruncated {
            state.fail(.truncatedValues, at: place)
            state.isIncomplete = true
        }
        if cache.templates[template].isIrregular {
            return decodeIrregular(
                bytes, head: head, template: template, firstValue: firstValue, end: place, context: context,
                depth: depth, state: &state, into: &batch)
        }
        state.instances += 1
        batch.instances.append(
            EVTXBatch.Instance(
                template: Int32(truncatingIfNeeded: template), firstValue: UInt32(truncatingIfNeeded: firstValue),
                valueCount: UInt32(truncatingIfNeeded: head.valueCount), parentValue: state.parentValue))
        if walk.firstFragment < head.valueCount {
            decodeNested(
                bytes, template: template, firstValue: firstValue, slots: walk.firstFragment..<head.valueCount,
                depth: depth, state: &state, into: &batch)
        }
        return place
    }

    /// Where the values of an instance end, and the first slot that holds a fragment.
    private struct ValueWalk {
        var end: Int
        var firstFragment: Int
        var isTruncated = false
    }

    /// Reads the value descriptors. A value that does not fit before `end` is null, and so are those after it.
    @inline(__always)
    private func readValues(
        _ bytes: RawSpan, _ head: TemplateInstanceHead, position: Int, end: Int, into values: inout [EVTXValue]
    ) -> ValueWalk {
        var walk = ValueWalk(end: head.valuesOffset, firstFragment: head.valueCount)
        let count = head.valueCount
        values.append(addingCapacity: count) { (output: inout OutputSpan<EVTXValue>) in
            var descriptor = head.descriptorsOffset
            var index = 0
            while index < count {
                var value =
                    EVTXValue(bytes, descriptorAt: descriptor, valueAt: walk.end)
                    ?? EVTXValue(offset: 0, length: 0, type: .null)
                if walk.end + value.count > end || walk.isTruncated {
                    walk.isTruncated = true
                    value = EVTXValue(offset: UInt32(truncatingIfNeeded: position), length: 0, type: .null)
                }
                if value.type == .binXML, index < walk.firstFragment { walk.firstFragment = index }
                output.append(value)
                walk.end += value.count
                descriptor += 4
                index += 1
            }
        }
        if walk.isTruncated { walk.end = end }
        return walk
    }

    /// Decodes the fragments among an instance's values.
    private mutating func decodeNested(
        _ bytes: RawSpan, template: Int, firstValue: Int, slots: Range<Int>, depth: Int, state: inout RecordState,
        into batch: inout EVTXBatch
    ) {
        let parent = state.parentValue
        defer { state.parentValue = parent }
        for slot in slots {
            let value = batch.values[firstValue + slot]
            guard value.type == .binXML, value.count > 0 else { continue }
            let contexts = cache.templates[template].slotContexts
            guard slot < contexts.count, contexts[slot] != .none else { continue }
            let offset = Int(value.offset)
            state.parentValue = UInt32(truncatingIfNeeded: firstValue + slot)
            decodeFragment(
                bytes, at: offset, end: offset + value.count, context: contexts[slot], depth: depth + 1, state: &state,
                into: &batch)
        }
    }

    /// The template of an instance: known in this chunk, compiled now, or borrowed from elsewhere.
    @inline(__always)
    private mutating func resolve(
        _ bytes: RawSpan, _ head: TemplateInstanceHead, _ context: BinXMLContext, _ state: inout RecordState
    ) -> Int? {
        if let known = chunkTemplates.find(head.definitionOffset - chunkBase, context), known >= 0 {
            return Int(known)
        }
        return resolveSlowly(bytes, head, context, &state)
    }

    @inline(never)
    private mutating func resolveSlowly(
        _ bytes: RawSpan, _ head: TemplateInstanceHead, _ context: BinXMLContext, _ state: inout RecordState
    ) -> Int? {
        let offset = head.definitionOffset - chunkBase
        guard cache.count < options.limits.templates * 2 else {
            state.fail(.limit, at: head.definitionOffset, "templates")
            return nil
        }
        if chunkTemplates.find(offset, context) != ChunkTemplates.unreadable {
            if let template = cache.template(
                bytes, definitionAt: head.definitionOffset, chunkBase: chunkBase, chunkEnd: chunkEnd, context: context,
                limits: options.limits)
            {
                chunkTemplates.insert(Int32(truncatingIfNeeded: template), offset, context)
                return template
            }
            chunkTemplates.insert(ChunkTemplates.unreadable, offset, context)
        }
        if let borrowed = cache.template(identifier: head.identifier, context: context) {
            state.fail(.templateBorrowed, at: head.definitionOffset)
            return borrowed
        }
        state.fail(.templateMissing, at: head.definitionOffset)
        return nil
    }

    // MARK: Everything irregular, by way of the tree

    /// Expands an instance whose template cannot be flattened once and for all.
    @inline(never)
    private mutating func decodeIrregular(
        _ bytes: RawSpan, head: TemplateInstanceHead, template: Int, firstValue: Int, end: Int,
        context: BinXMLContext, depth: Int, state: inout RecordState, into batch: inout EVTXBatch
    ) -> Int? {
        let values = Array(batch.values[firstValue...])
        batch.values.removeSubrange(firstValue...)
        var expander = BinXMLExpander(
            chunkBase: chunkBase, chunkEnd: chunkEnd, limits: options.limits, budget: expansionBudget)
        defer { expansionBudget -= min(expansionBudget, expander.nodes) }
        do throws(BinXMLError) {
            let nodes = try expander.expand(
                try expander.definition(bytes, at: head.definitionOffset), values: values, bytes, depth: depth)
            append(nodes, context: context, state: &state, into: &batch)
            return end
        } catch {
            state.fail(error.code == .limit ? .limit : .recordBody, at: error.offset, error.code.rawValue)
            return nil
        }
    }

    /// Decodes an element that stands in the record without a template; answers where it ends.
    @inline(never)
    private mutating func decodeElement(
        _ bytes: RawSpan, at position: Int, end: Int, context: BinXMLContext, depth: Int, state: inout RecordState,
        into batch: inout EVTXBatch
    ) -> Int? {
        var parser = BinXMLParser(
            chunkBase: chunkBase, chunkEnd: chunkEnd, position: position, end: end, limits: options.limits)
        var expander = BinXMLExpander(
            chunkBase: chunkBase, chunkEnd: chunkEnd, limits: options.limits, budget: expansionBudget)
        defer { expansionBudget -= min(expansionBudget, expander.nodes) }
        guard cache.count < options.limits.templates * 2 else {
            state.fail(.limit, at: position, "templates")
            return nil
        }
        do throws(BinXMLError) {
            let element = try parser.element(bytes, dependency: context == .document, depth: 0)
            let nodes = try expander.expand([.element(element)], values: [], bytes, depth: depth)
            append(nodes, context: context, state: &state, into: &batch)
            return parser.position
        } catch {
            state.fail(error.code == .limit ? .limit : .recordBody, at: error.offset, error.code.rawValue)
            return nil
        }
    }

    /// Appends a tree without substitutions as an instance of a template of its own.
    private mutating func append(
        _ nodes: [BinXMLNode], context: BinXMLContext, state: inout RecordState, into batch: inout EVTXBatch
    ) {
        let template = cache.intern(nodes, guid: [], context: context, isIrregular: false)
        state.instances += 1
        batch.instances.append(
            EVTXBatch.Instance(
                template: Int32(truncatingIfNeeded: template),
                firstValue: UInt32(truncatingIfNeeded: batch.values.count), valueCount: 0,
                parentValue: state.parentValue))
    }
}
