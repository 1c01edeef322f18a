import Bytes
public import Events

/// Reads what this room needs of the events of a batch, where they lie. One per worker: it remembers which field and
/// origin numbers of the worker's vocabulary matter.
///
///     pass 1:  if let view = reader.told(by: head, in: batch, vocabulary) { builder.observe(view) }
///     pass 2:  reader.attribution(of: head, in: batch, vocabulary, context)
public struct EventReader: Sendable {
    private var evidenceFields: [EvidenceField?] = []
    /// By field number: what to look for (a raw value of `EvidenceField.Content`), 0 for nothing.
    private var contents: [UInt8] = []
    private var kinds: [EventKind] = []
    private var host = ""
    private var hostBytes: [UInt8] = []
    private var hostEncoding = ValueEncoding.utf8
    private var memo = AttributionMemo(isKept: true)

    /// A reader for batches of one vocabulary.
    public init() {}

    /// First pass: the view of an event that ``ContextBuilder`` wants, in full. For other events of a Windows log a
    /// view without fields, and only when the host differs from the last one's (the builder must hear of every host);
    /// else nil. O(fields) for wanted events, else O(1).
    ///
    /// - Parameter source: Number of the source in the evidence, for places.
    public mutating func told(
        by head: EventHead, in batch: EventBatch, _ vocabulary: Vocabulary, source: SourceNumber = .none
    ) -> EventView? {
        let kind = kind(of: head.origin, vocabulary)
        guard kind != .other, kind != .runtimeRecord else { return nil }
        let isNewHost = readHost(head, batch)
        if kind == .windows {
            return isNewHost ? EventView(kind: .windows, time: head.time, host: host) : nil
        }
        if kind == .registryValue, !namesDistribution(head, batch, vocabulary) {
            return isNewHost ? EventView(kind: .windows, time: head.time, host: host) : nil
        }
        if kind == .kubernetesAudit, !namesPod(head, batch, vocabulary) { return nil }
        return view(of: head, kind, in: batch, vocabulary, source: source)
    }

    /// Second pass: what the context says of an event, or nil. Events without evidence cost a few bytes of each needed field.
    ///
    /// - Parameter selection: The facts that are wanted beside the container.
    public mutating func facts(
        of head: EventHead, in batch: EventBatch, _ vocabulary: Vocabulary, _ context: Context,
        source: SourceNumber = .none,
        _ selection: FactSelection = .all
    ) -> EventFacts? {
        let kind = kind(of: head.origin, vocabulary)
        guard kind != .other, context.mayConcern(kind) else { return nil }
        _ = readHost(head, batch)
        if kind.isOfWindows, kind != .silo, kind != .memory, !(kind == .connection && context.knowsAddresses) {
            guard context.mayBeContainer(host: host) || mayCarryEvidence(head, batch, vocabulary, context) else {
                return nil
            }
        }
        let view = view(of: head, kind, in: batch, vocabulary, source: source)
        return context.facts(of: view, selection, &memo)
    }

    /// Second pass: the container of an event, or nil.
    public mutating func attribution(
        of head: EventHead, in batch: EventBatch, _ vocabulary: Vocabulary, _ context: Context
    ) -> ContainerAttribution? {
        facts(of: head, in: batch, vocabulary, context)?.container
    }

    /// The first look over the slots of an event: most are of no needed field, and of the others a few units are read.
    private mutating func mayCarryEvidence(
        _ head: EventHead, _ batch: borrowing EventBatch, _ vocabulary: Vocabulary, _ context: borrowing Context
    ) -> Bool {
        if contents.count < vocabulary.fieldNames.count { learnFields(vocabulary) }
        let contents = contents.span
        let slots = batch.slots.span.extracting(Int(head.firstSlot)..<(Int(head.firstSlot) + Int(head.slotCount)))
        let base = batch.base.bytes
        let memberBits = context.memberBits.span
        for index in slots.indices {
            let field = Int(slots[index].field.index)
            guard field < contents.count, contents[field] != 0 else { continue }
            let slot = slots[index]
            let content = contents[field]
            let admitted =
                slot.inArena
                ? EventReader.admits(slot, batch.arena.span.bytes, content, memberBits)
                : EventReader.admits(slot, base, content, memberBits)
            if admitted { return true }
        }
        return false
    }

    @inline(__always)
    private static func admits(_ slot: FieldSlot, _ bytes: RawSpan, _ content: UInt8, _ memberBits: Span<UInt64>)
        -> Bool
    {
        guard let value = bytes.slice(at: Int(slot.offset), length: Int(slot.length)),
            let content = EvidenceField.Content(rawValue: content)
        else { return false }
        let isWide = slot.encoding == .utf16
        if content == .pid {
            let number: UInt32?
            switch slot.encoding {
            case .uint32, .hexInt32: number = value.uint32(at: 0)
            case .uint64, .hexInt64: number = value.uint64(at: 0).flatMap { UInt32(exactly: $0) }
            default:
                guard let text = value.slice(at: 0, length: isWide ? lengthWithoutNULs(value) : value.byteCount)
                else { return false }
                number = Screen.number(text, wide: isWide)
            }
            return number.map { Context.holds(ProcessID($0), memberBits) } ?? false
        }
        if slot.encoding == .sid { return Screen.binarySID(value) }
        guard isWide else { return Screen.admits(value, wide: false, of: content) }
        guard let text = value.slice(at: 0, length: lengthWithoutNULs(value)) else { return false }
        return Screen.admits(text, wide: true, of: content)
    }

    /// Whether a registry event is of a WSL distribution: its key has a component `Lxss`. A few units of one or two values.
    private mutating func namesDistribution(_ head: EventHead, _ batch: EventBatch, _ vocabulary: Vocabulary) -> Bool {
        let first = Int(head.firstSlot)
        for slot in batch.slots[first..<(first + Int(head.slotCount))] {
            let field = evidenceField(slot.field, vocabulary)
            guard field == .targetObject || field == .objectName else { continue }
            let bytes = slot.inArena ? batch.arena.span.bytes : batch.base.bytes
            guard let value = bytes.slice(at: Int(slot.offset), length: Int(slot.length)) else { continue }
            if Screen.distributionKey(value, wide: slot.encoding == .utf16) { return true }
        }
        return false
    }

    /// Whether a request to Kubernetes makes, removes or enters a pod: most only look. O(fields), no text is made.
    private func namesPod(_ head: EventHead, _ batch: EventBatch, _ vocabulary: Vocabulary) -> Bool {
        guard let resource = vocabulary.knownField("objectRef.resource"), let verb = vocabulary.knownField("verb")
        else {
            return false
        }
        let part = vocabulary.knownField("objectRef.subresource")
        var isOfPods = false
        var changes = false
        let first = Int(head.firstSlot)
        for slot in batch.slots[first..<(first + Int(head.slotCount))] {
            if slot.field == resource {
                isOfPods = EventReader.text(of: slot, in: batch) == "pods"
            } else if slot.field == verb {
                changes = changes || ["create", "delete"].contains(EventReader.text(of: slot, in: batch))
            } else if slot.field == part {
                changes = changes || ["exec", "attach"].contains(EventReader.text(of: slot, in: batch))
            }
        }
        return isOfPods && changes
    }

    private mutating func learnFields(_ vocabulary: Vocabulary) {
        while contents.count < vocabulary.fieldNames.count {
            let field = EvidenceField(name: vocabulary.fieldNames[contents.count])
            evidenceFields.append(field)
            switch field?.content {
            case .guid, .text, nil: contents.append(0)
            case let content?: contents.append(content.rawValue)
            }
        }
    }

    private mutating func view(
        of head: EventHead, _ kind: EventKind, in batch: EventBatch, _ vocabulary: Vocabulary, source: SourceNumber
    ) -> EventView {
        let origin = vocabulary.origins[Int(head.origin.index)]
        var view = EventView(
            kind: kind, time: head.time, host: host, eventID: origin.eventID, origin: origin,
            place: EventPlace(source: source, record: head.record, offset: head.offset))
        let isWhole = kind.isReadWhole
        let named = kind == .runtimeRecord ? vocabulary.knownField("ContainerId") : nil
        // Of system calls, the arguments of those that concern memory and threads; the name comes before them.
        var readsMemory =
            kind == .memory || kind == .linuxRecord && ThreadReading.services.contains(origin.service)
        let first = Int(head.firstSlot)
        for index in first..<(first + Int(head.slotCount)) {
            let slot = batch.slots[index]
            if isWhole {
                let text = EventReader.text(of: slot, in: batch)
                view.fields.append(FieldValue(name: vocabulary.name(of: slot.field), value: text))
                if kind.isReadTwice, let field = evidenceField(slot.field, vocabulary), field.isRead(of: kind) {
                    view.values.append(EventView.Value(field, text))
                }
            } else if kind == .runtimeRecord {
                guard slot.field == named else { continue }
                view.fields = [FieldValue(name: "ContainerId", value: EventReader.text(of: slot, in: batch))]
                break
            } else if let field = evidenceField(slot.field, vocabulary), field.isRead(of: kind) {
                if field.isOfMemory, !readsMemory { continue }
                let text = EventReader.text(of: slot, in: batch)
                if field == .syscall, kind == .linuxRecord { readsMemory = ThreadReading.calls.contains(text) }
                view.values.append(EventView.Value(field, text))
            }
        }
        return view
    }

    private mutating func kind(of origin: OriginID, _ vocabulary: Vocabulary) -> EventKind {
        let index = Int(origin.index)
        while kinds.count <= index, kinds.count < vocabulary.origins.count {
            kinds.append(EventKind(vocabulary.origins[kinds.count]))
        }
        return index < kinds.count ? kinds[index] : .other
    }

    private mutating func evidenceField(_ field: FieldID, _ vocabulary: Vocabulary) -> EvidenceField? {
        if contents.count < vocabulary.fieldNames.count { learnFields(vocabulary) }
        let index = Int(field.index)
        return index < evidenceFields.count ? evidenceFields[index] : nil
    }
}

extension EventReader {
    /// Reads the event's host into ``host``; true when it is not the one of the event before.
    private mutating func readHost(_ head: EventHead, _ batch: EventBatch) -> Bool {
        guard head.hostSlot >= 0, Int(head.hostSlot) < batch.slots.count else {
            defer { (host, hostBytes) = ("", []) }
            return !host.isEmpty
        }
        let slot = batch.slots[Int(head.hostSlot)]
        return slot.inArena ? readHost(slot, batch.arena.span.bytes, batch) : readHost(slot, batch.base.bytes, batch)
    }

    private mutating func readHost(_ slot: FieldSlot, _ bytes: RawSpan, _ batch: EventBatch) -> Bool {
        let length = Int(slot.length)
        if slot.encoding == hostEncoding, length == hostBytes.count,
            bytes.equals(hostBytes.span.bytes, at: Int(slot.offset), otherOffset: 0, length: length)
        {
            return false
        }
        hostEncoding = slot.encoding
        hostBytes.removeAll(keepingCapacity: true)
        if let value = bytes.slice(at: Int(slot.offset), length: length) { hostBytes.append(value) }
        host = EventReader.text(of: slot, in: batch)
        return true
    }

    private static func text(of slot: FieldSlot, in batch: EventBatch) -> String {
        slot.inArena ? text(of: slot, batch.arena.span.bytes) : text(of: slot, batch.base.bytes)
    }

    /// A value as text, in the forms this room compares: SIDs `S-1-…`, GUIDs in braces, numbers decimal.
    private static func text(of slot: FieldSlot, _ bytes: RawSpan) -> String {
        guard let value = bytes.slice(at: Int(slot.offset), length: Int(slot.length)) else { return "" }
        var output: [UInt8] = []
        switch slot.encoding {
        case .utf16:
            if let text = value.slice(at: 0, length: lengthWithoutNULs(value)) { UTF16LE.appendUTF8(text, to: &output) }
        case .uint32, .hexInt32: BytesText.appendDecimal(UInt64(value.uint32(at: 0) ?? 0), to: &output)
        case .uint64, .hexInt64: BytesText.appendDecimal(value.uint64(at: 0) ?? 0, to: &output)
        case .guid: BytesText.appendGUID(value, to: &output)
        case .sid: BytesText.appendSID(value, to: &output)
        default: output.append(value)
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Bytes of a UTF-16 text less the NULs that end it.
    @inline(__always)
    private static func lengthWithoutNULs(_ value: RawSpan) -> Int {
        var length = value.byteCount & ~1
        while length > 0, value.uint16(at: length - 2) == 0 { length -= 2 }
        return length
    }
}

/// Types of Windows' binary XML ([MS-EVEN6] 2.2.12, `BinXmlValueType`) that this room reads.
extension ValueEncoding {
    fileprivate static let uint32 = ValueEncoding(rawValue: 0x08)
    fileprivate static let uint64 = ValueEncoding(rawValue: 0x0A)
    fileprivate static let guid = ValueEncoding(rawValue: 0x0F)
    fileprivate static let sid = ValueEncoding(rawValue: 0x13)
    fileprivate static let hexInt32 = ValueEncoding(rawValue: 0x14)
    fileprivate static let hexInt64 = ValueEncoding(rawValue: 0x15)
}
