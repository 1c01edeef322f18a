import Bytes
import Events

extension EventXMLScanner {
    /// Reads the tag that opens an element at `tag`; answers where it ends.
    @inline(__always)
    mutating func open(
        _ text: RawSpan, _ tag: Int, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) throws(EventXMLFault) -> Int {
        guard frames.count < Self.depthLimit else { throw EventXMLFault(code: .depth, offset: tag) }
        var position = tag &+ 1
        let name = try Self.name(text, &position)
        attributes.removeAll(keepingCapacity: true)
        while true {
            while let byte = text.uint8(at: position), byte <= 0x20 { position &+= 1 }
            guard let byte = text.uint8(at: position) else { throw EventXMLFault(code: .truncated, offset: tag) }
            if byte == UInt8(ascii: ">") {
                try begin(name, text, tag, into: &batch, vocabulary: &vocabulary)
                return position &+ 1
            }
            if byte == UInt8(ascii: "/") {
                guard text.uint8(at: position &+ 1) == UInt8(ascii: ">") else {
                    throw EventXMLFault(code: .syntax, offset: position)
                }
                try begin(name, text, tag, into: &batch, vocabulary: &vocabulary)
                finish(text, into: &batch, vocabulary: &vocabulary)
                return position &+ 2
            }
            try readAttribute(text, &position)
        }
    }

    /// The name at `position`, which moves behind it.
    @inline(__always)
    static func name(_ text: RawSpan, _ position: inout Int) throws(EventXMLFault) -> Range<Int> {
        let start = position
        while let byte = text.uint8(at: position), byte > 0x20, byte != UInt8(ascii: ">"), byte != UInt8(ascii: "/"),
            byte != UInt8(ascii: "="), byte != UInt8(ascii: "<")
        {
            position &+= 1
        }
        guard position > start else {
            throw EventXMLFault(code: position < text.byteCount ? .syntax : .truncated, offset: position)
        }
        return start..<position
    }

    @inline(__always)
    mutating func readAttribute(_ text: RawSpan, _ position: inout Int) throws(EventXMLFault) {
        guard attributes.count < Self.attributeLimit else {
            throw EventXMLFault(code: .attributes, offset: position)
        }
        let name = try Self.name(text, &position)
        while let byte = text.uint8(at: position), byte <= 0x20 { position &+= 1 }
        guard text.uint8(at: position) == UInt8(ascii: "=") else {
            throw EventXMLFault(code: position < text.byteCount ? .syntax : .truncated, offset: position)
        }
        position &+= 1
        while let byte = text.uint8(at: position), byte <= 0x20 { position &+= 1 }
        guard let quote = text.uint8(at: position), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
            throw EventXMLFault(code: position < text.byteCount ? .syntax : .truncated, offset: position)
        }
        position &+= 1
        let start = position
        var hasReferences = false
        while true {
            guard let byte = text.uint8(at: position) else { throw EventXMLFault(code: .truncated, offset: start) }
            if byte == quote { break }
            if byte == UInt8(ascii: "&") { hasReferences = true }
            guard byte != UInt8(ascii: "<") else { throw EventXMLFault(code: .syntax, offset: position) }
            position &+= 1
        }
        attributes.append(Attribute(name: name, value: start..<position, hasReferences: hasReferences))
        position &+= 1
    }

    /// Reads the tag that closes the innermost element; answers where it ends.
    @inline(__always)
    mutating func close(
        _ text: RawSpan, _ tag: Int, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) throws(EventXMLFault) -> Int {
        guard let frame = frames.last else { throw EventXMLFault(code: .syntax, offset: tag) }
        let name = frame.name
        guard text.equals(text, at: tag &+ 2, otherOffset: name.lowerBound, length: name.count) else {
            throw EventXMLFault(
                code: text.holds(name.count, at: tag &+ 2) ? .syntax : .truncated, offset: tag)
        }
        var position = tag &+ 2 &+ name.count
        while let byte = text.uint8(at: position), byte <= 0x20 { position &+= 1 }
        guard text.uint8(at: position) == UInt8(ascii: ">") else {
            throw EventXMLFault(code: position < text.byteCount ? .syntax : .truncated, offset: tag)
        }
        finish(text, into: &batch, vocabulary: &vocabulary)
        return position &+ 1
    }

    /// An element has been opened: gives its attributes and pushes it.
    @inline(__always)
    mutating func begin(
        _ name: Range<Int>, _ text: RawSpan, _ tag: Int, into batch: inout EventBatch, vocabulary: inout Vocabulary
    ) throws(EventXMLFault) {
        let local = Self.local(name, text)
        var place = Place.event
        if let parent = frames.last {
            place = try Self.place(of: local, in: parent.place, text)
            frames[frames.count &- 1].hasElements = true
        }
        var dataName = 0
        switch place {
        case .event, .system, .userData, .wrapper: break
        case .dataLeaf:
            dataName = nameOfData(local, text, vocabulary: &vocabulary)
            if dataName == 0 { giveAttributes(of: local, .attribute, text, into: &batch, vocabulary: &vocabulary) }
        case .systemLeaf:
            giveAttributes(of: local, .systemAttribute, text, into: &batch, vocabulary: &vocabulary)
            if attributes.count > 2, Self.isEqual(local, "Execution", text) { isTrace = true }
        case .rendering, .renderingLeaf:
            giveAttributes(of: local, .renderingAttribute, text, into: &batch, vocabulary: &vocabulary)
        case .eventData, .userLeaf, .other:
            giveAttributes(of: local, .attribute, text, into: &batch, vocabulary: &vocabulary)
        }
        frames.append(
            Frame(
                place: place, name: name, local: local, dataName: dataName, hasAttributes: !attributes.isEmpty,
                firstPiece: pieces.count))
    }

    /// The part of a name after its prefix.
    @inline(__always)
    static func local(_ name: Range<Int>, _ text: RawSpan) -> Range<Int> {
        var index = name.upperBound
        while index > name.lowerBound {
            index &-= 1
            if text.uint8(at: index) == UInt8(ascii: ":") { return (index &+ 1)..<name.upperBound }
        }
        return name
    }

    @inline(__always)
    static func isEqual(_ range: Range<Int>, _ wanted: StaticString, _ text: RawSpan) -> Bool {
        guard range.count == wanted.utf8CodeUnitCount else { return false }
        return wanted.withUTF8Buffer { buffer in
            for index in 0..<buffer.count where text.uint8(at: range.lowerBound &+ index) != buffer[index] {
                return false
            }
            return true
        }
    }

    @inline(__always)
    static func place(
        of local: Range<Int>, in parent: Place, _ text: RawSpan
    ) throws(EventXMLFault) -> Place {
        switch parent {
        case .event:
            if isEqual(local, "System", text) { return .system }
            if isEqual(local, "EventData", text) { return .eventData }
            if isEqual(local, "UserData", text) { return .userData }
            if isEqual(local, "RenderingInfo", text) { return .rendering }
            if isEqual(local, "Event", text) { throw EventXMLFault(code: .syntax, offset: local.lowerBound) }
            return .other
        case .system, .systemLeaf: return .systemLeaf
        case .eventData, .dataLeaf: return .dataLeaf
        case .userData: return .wrapper
        case .wrapper, .userLeaf: return .userLeaf
        case .rendering, .renderingLeaf: return .renderingLeaf
        case .other: return .other
        }
    }
}
