import Bytes

/// Decodes chunks into batches. One per worker: it owns the compiled templates and scratch memory.
///
/// Decoding a record reads its header, resolves its template (a table lookup) and its value descriptors; no text is made
/// and, once templates and arrays have grown, nothing is allocated.
///
/// ```swift
/// var reader = try EVTXReader(path: path)
/// let decoder = EVTXDecoder()
/// var batch = EVTXBatch()
/// while let window = try reader.nextWindow() {
///     for chunk in window.chunks {
///         batch.removeAll()
///         decoder.decodeChunk(window.bytes, at: chunk, fileOffset: window.fileOffset, into: &batch)
///         for record in batch.records { … }
///     }
/// }
/// ```
public final class EVTXDecoder {
    /// Choices of what to check and what to look for.
    public struct Options: Sendable, Equatable {
        /// Verify the checksum over each chunk's records (about 25 µs a chunk). A wrong one is a defect; records are
        /// delivered all the same.
        public var verifiesDataChecksums = true
        /// Look for records in unused space and in chunks without a header; they are flagged ``EVTXBatch/Flags/carved``.
        public var recovers = false
        /// The caps.
        public var limits = EVTXLimits()

        /// The defaults above.
        public init() {}
    }

    /// What this decoder checks and looks for.
    public let options: Options
    /// Moves on when the cache of templates was emptied: tables by template id must then be emptied too. Checked once
    /// per chunk.
    public private(set) var generation = 0
    /// The compiled templates by id.
    public var templates: [EVTXTemplate] { cache.templates }

    private var cache = TemplateCache()
    private var chunkTemplates = ChunkTemplates()
    // The chunk being decoded, as offsets in its window.
    private(set) var chunkBase = 0
    private(set) var chunkEnd = 0
    private(set) var fileOffset: Int64 = 0

    /// A decoder without templates yet.
    public init(options: Options = Options()) { self.options = options }

    /// Names the chunk that offsets are relative to, and makes room in the cache.
    func beginChunk(at base: Int, end: Int, fileOffset: Int64) {
        chunkBase = base
        chunkEnd = end
        self.fileOffset = fileOffset
        chunkTemplates.removeAll()
        if cache.count >= options.limits.templates {
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
    func decodeFragment(
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
    private func decodeInstance(
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
        let firstValue = batch.values.count
        var place = head.valuesOffset
        var descriptor = head.descriptorsOffset
        var holdsFragment = false
        for _ in 0..<head.valueCount {
            guard var value = EVTXValue(bytes, descriptorAt: descriptor, valueAt: place) else { return nil }
            if place + value.count > end {
                state.fail(.truncatedValues, at: place)
                state.isIncomplete = true
                value = EVTXValue(offset: UInt32(truncatingIfNeeded: position), length: 0, type: .null)
                place = end
            }
            holdsFragment = holdsFragment || value.type == .binXML
            batch.values.append(value)
            place += value.count
            descriptor += 4
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
        if holdsFragment {
            decodeNested(
                bytes, template: template, firstValue: firstValue, count: head.valueCount, depth: depth, state: &state,
                into: &batch)
        }
        return place
    }

    /// Decodes the fragments among an instance's values.
    private func decodeNested(
        _ bytes: RawSpan, template: Int, firstValue: Int, count: Int, depth: Int, state: inout RecordState,
        into batch: inout EVTXBatch
    ) {
        let parent = state.parentValue
        defer { state.parentValue = parent }
        for slot in 0..<count {
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
    private func resolve(
        _ bytes: RawSpan, _ head: TemplateInstanceHead, _ context: BinXMLContext, _ state: inout RecordState
    ) -> Int? {
        if let known = chunkTemplates.find(head.definitionOffset - chunkBase, context), known >= 0 {
            return Int(known)
        }
        return resolveSlowly(bytes, head, context, &state)
    }

    @inline(never)
    private func resolveSlowly(
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
    private func decodeIrregular(
        _ bytes: RawSpan, head: TemplateInstanceHead, template: Int, firstValue: Int, end: Int,
        context: BinXMLContext, depth: Int, state: inout RecordState, into batch: inout EVTXBatch
    ) -> Int? {
        let values = Array(batch.values[firstValue...])
        batch.values.removeSubrange(firstValue...)
        var expander = BinXMLExpander(chunkBase: chunkBase, chunkEnd: chunkEnd, limits: options.limits)
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
    private func decodeElement(
        _ bytes: RawSpan, at position: Int, end: Int, context: BinXMLContext, depth: Int, state: inout RecordState,
        into batch: inout EVTXBatch
    ) -> Int? {
        var parser = BinXMLParser(
            chunkBase: chunkBase, chunkEnd: chunkEnd, position: position, end: end, limits: options.limits)
        var expander = BinXMLExpander(chunkBase: chunkBase, chunkEnd: chunkEnd, limits: options.limits)
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
    private func append(
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
