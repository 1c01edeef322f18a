import Bytes
import Events

/// Makes Windows events of records that were read by a ``FieldMap``: routes them as the binary log's are, gives the names
/// that rules use, and adds what stands in payloads, in values without names, and in messages.
struct WindowsCompletion: Sendable {
    /// Whether the message is read for fields where there are no others.
    var readsMessages = false
    /// Whether ProcessId, ThreadId and UserId are the writer's, as PowerShell has them.
    var namesWriter = false
    /// The channel of events that do not say it, where the source tells.
    var channel = ""
    private var origins = OriginCache()
    private var payload = WindowsPayload()
    private var message = WindowsMessage()
    private var xml = EventXMLReader()
    private let table = WindowsEventTable.standard
    private var names: Names?

    /// Names that are given, as ids.
    private struct Names: Sendable {
        let provider: FieldID
        let computer: FieldID
        let channel: FieldID
        let eventID: FieldID
        let recordID: FieldID
        let message: FieldID
        let properties: [FieldID]
        let replaced: [(from: FieldID, to: FieldID)]
        let added: [(from: FieldID, to: FieldID)]
    }

    init() {}

    /// Completes an event whose slots are the last of the batch; one that is none of Windows' stays as it is.
    mutating func complete(
        _ marks: FieldMarks, _ head: inout EventHead, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        // Of `event.provider` and `event.code` alone the Elastic Common Schema makes events.
        let isECS = marks.provider.rank == 2 && marks.eventID.rank == 1
        guard marks.channel.slot >= 0 || !channel.isEmpty || readsMessages || isECS else {
            if marks.inner.slot >= 0 { readInner(marks.inner.slot, &head, into: &batch, vocabulary: &vocabulary) }
            return
        }
        guard marks.eventID.slot >= 0,
            let eventID = batch.withBytes(of: batch.slots[marks.eventID.slot], DecimalText.parse),
            eventID <= Int64(UInt16.max)
        else { return }
        if isECS, !isKnown(marks.provider, in: batch) { return }
        let names = self.names ?? Self.names(&vocabulary, table)
        self.names = names
        // PowerShell calls the channel LogName; its other names mean other things than elsewhere, too.
        if marks.channel.rank == 1 || namesWriter { rename(names, Int(head.firstSlot), in: &batch) }
        addNames(marks, names, into: &batch)
        route(marks, Int(eventID), names, &head, into: &batch, vocabulary: &vocabulary)
        if marks.eventID.rank == 1 { addECS(head, into: &batch, vocabulary: &vocabulary) }
        if marks.channel.rank == 1 || readsMessages {
            addValues(names, head, into: &batch, vocabulary: &vocabulary)
        }
        payload.complete(head, in: &batch, vocabulary: &vocabulary)
    }

    private static func names(_ vocabulary: inout Vocabulary, _ table: WindowsEventTable) -> Names {
        Names(
            provider: vocabulary.field("Provider_Name"), computer: vocabulary.field("Computer"),
            channel: vocabulary.field("Channel"), eventID: vocabulary.field("EventID"),
            recordID: vocabulary.field("EventRecordID"), message: vocabulary.field("Message"),
            properties: ["Properties.Value", "Properties.Value.Value"].map { vocabulary.field($0) },
            replaced: table.replaced.map { (vocabulary.field($0.from), vocabulary.field($0.to)) },
            added: table.added.map { (vocabulary.field($0.from), vocabulary.field($0.to)) })
    }

    private func rename(_ names: Names, _ first: Int, in batch: inout EventBatch) {
        for index in first..<batch.slots.count {
            let field = batch.slots[index].field
            if let name = names.replaced.first(where: { $0.from == field }) { batch.slots[index].field = name.to }
            if let name = names.added.first(where: { $0.from == field }) {
                var slot = batch.slots[index]
                slot.field = name.to
                batch.slots.append(slot)
            }
        }
    }

    /// Members with roles that have other names than System's get those too.
    private func addNames(_ marks: FieldMarks, _ names: Names, into batch: inout EventBatch) {
        func add(_ mark: FieldMarks.Mark, _ field: FieldID) {
            guard mark.slot >= 0, mark.rank > 0, batch.slots[mark.slot].field != field else { return }
            var slot = batch.slots[mark.slot]
            slot.field = field
            batch.slots.append(slot)
        }
        add(marks.provider, names.provider)
        add(marks.host, names.computer)
        add(marks.channel, names.channel)
        add(marks.eventID, names.eventID)
        add(marks.recordID, names.recordID)
    }

    private mutating func route(
        _ marks: FieldMarks, _ eventID: Int, _ names: Names, _ head: inout EventHead, into batch: inout EventBatch,
        vocabulary: inout Vocabulary
    ) {
        head.origin = origins.origin(
            channel: marks.channel.slot, provider: marks.provider.slot, eventID: eventID, in: batch,
            vocabulary: &vocabulary)
        var origin = vocabulary.origins[Int(head.origin.index)]
        guard origin.channel.isEmpty || table.titles[origin.provider] != nil else { return }
        // A title instead of a name, or no channel: what is known of them is told.
        let titled = origin.provider
        origin.provider = table.titles[titled] ?? titled
        if origin.channel.isEmpty {
            origin.channel = channel.isEmpty ? table.channels[origin.provider] ?? "" : channel
            if !origin.channel.isEmpty { batch.appendText(origin.channel.utf8, as: names.channel) }
        }
        if origin.provider != titled { batch.appendText(origin.provider.utf8, as: names.provider) }
        head.origin = vocabulary.origin(origin)
    }

    /// Values without names, and without those the message.
    private func addValues(
        _ names: Names, _ head: EventHead, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let origin = vocabulary.origins[Int(head.origin.index)]
        let slots = Int(head.firstSlot)..<batch.slots.count
        let values = slots.filter { names.properties.contains(batch.slots[$0].field) }
        if !values.isEmpty,
            let list = table.names(provider: origin.provider, eventID: origin.eventID, count: values.count)
        {
            for (value, name) in zip(values, list) {
                var slot = batch.slots[value]
                slot.field = vocabulary.field(WindowsNames.data(name))
                batch.slots.append(slot)
            }
            return
        }
        if !values.isEmpty {
            // Not known by name: at least what a classic log has.
            for value in values {
                var slot = batch.slots[value]
                slot.field = vocabulary.field("Data")
                batch.slots.append(slot)
            }
        }
        guard let slot = slots.first(where: { batch.slots[$0].field == names.message }) else { return }
        var event = PayloadEvent(first: slots.lowerBound, end: slots.upperBound, origin: origin)
        guard let text = event.text(of: slot, in: batch) else { return }
        message.add(text, &event, in: &batch, vocabulary: &vocabulary)
    }

    /// Whether the table tells the channel of a provider.
    private func isKnown(_ provider: FieldMarks.Mark, in batch: EventBatch) -> Bool {
        table.channels[batch.text(of: batch.slots[provider.slot])] != nil
    }

    /// Fields of the Elastic Common Schema under the event's names, where it has none of these.
    private func addECS(_ head: EventHead, into batch: inout EventBatch, vocabulary: inout Vocabulary) {
        guard let names = table.ecs[vocabulary.origins[Int(head.origin.index)].provider] else { return }
        let slots = Int(head.firstSlot)..<batch.slots.count
        for (from, to) in names {
            guard let known = vocabulary.knownField(from),
                let slot = slots.first(where: { batch.slots[$0].field == known })
            else { continue }
            let field = vocabulary.field(to)
            guard !slots.contains(where: { batch.slots[$0].field == field }) else { continue }
            var copy = batch.slots[slot]
            copy.field = field
            batch.slots.append(copy)
        }
    }

    /// The event that a member holds as XML.
    private mutating func readInner(
        _ slot: Int, _ head: inout EventHead, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) {
        let place = batch.slots[slot]
        let text: [UInt8]? = batch.withBytes(of: place) { bytes in
            guard bytes.firstOffset(of: UInt8(ascii: "<")) != nil else { return nil }
            var copy: [UInt8] = []
            copy.append(bytes)
            return copy
        }
        guard let text else { return }
        _ = xml.readInner(
            text.span.bytes, base: Int(place.offset), inArena: place.inArena, &head, into: &batch,
            vocabulary: &vocabulary)
    }
}
