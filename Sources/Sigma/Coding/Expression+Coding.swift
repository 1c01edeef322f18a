/// The compact form of a condition: a tag byte, then what it holds.
extension Expression {
    func encode(into writer: inout ByteWriter) {
        switch self {
        case .all(let members):
            writer.append(UInt8(0))
            writer.append(members) { $1.encode(into: &$0) }
        case .any(let members):
            writer.append(UInt8(1))
            writer.append(members) { $1.encode(into: &$0) }
        case .not(let member):
            writer.append(UInt8(2))
            member.encode(into: &writer)
        case .item(let item):
            writer.append(UInt8(3))
            writer.append(item.field)
            item.test.encode(into: &writer)
        case .keyword(let pattern):
            writer.append(UInt8(4))
            pattern.encode(into: &writer)
        }
    }

    init(from reader: inout ByteReader) throws(CodingFault) {
        guard reader.depth < ByteReader.depthLimit else { throw CodingFault() }
        reader.depth += 1
        defer { reader.depth -= 1 }
        switch try reader.integer(UInt8.self) {
        case 0: self = .all(try reader.list(Expression.init(from:)))
        case 1: self = .any(try reader.list(Expression.init(from:)))
        case 2: self = .not(try Expression(from: &reader))
        case 3: self = .item(Item(field: try reader.text(), test: try Test(from: &reader)))
        case 4: self = .keyword(try Pattern(from: &reader))
        default: throw CodingFault()
        }
    }
}

extension Pattern {
    func encode(into writer: inout ByteWriter) {
        writer.append(UInt8(cased ? 1 : 0))
        writer.append(tokens) { writer, token in
            switch token {
            case .literal(let text):
                writer.append(UInt8(0))
                writer.append(text)
            case .anyRun: writer.append(UInt8(1))
            case .anyOne: writer.append(UInt8(2))
            }
        }
    }

    init(from reader: inout ByteReader) throws(CodingFault) {
        let cased = try reader.integer(UInt8.self) == 1
        let tokens = try reader.list { (reader: inout ByteReader) throws(CodingFault) -> Token in
            switch try reader.integer(UInt8.self) {
            case 0: return .literal(try reader.text())
            case 1: return .anyRun
            case 2: return .anyOne
            default: throw CodingFault()
            }
        }
        self.init(tokens: tokens, cased: cased)
    }
}

extension Test {
    func encode(into writer: inout ByteWriter) {
        switch self {
        case .pattern(let pattern):
            writer.append(UInt8(0))
            pattern.encode(into: &writer)
        case .number(let number, let text):
            writer.append(UInt8(1))
            writer.append(number.bitPattern)
            writer.append(text)
        case .regularExpression(let expression):
            writer.append(UInt8(2))
            writer.append(expression.source)
            for flag in [expression.ignoreCase, expression.multiline, expression.dotAll] {
                writer.append(UInt8(flag ? 1 : 0))
            }
        case .network(let network):
            writer.append(UInt8(3))
            writer.append(network.address) { $0.append($1) }
            writer.append(Int32(network.prefixLength))
        case .compare(let comparison, let number):
            writer.append(UInt8(4))
            writer.append(comparison.rawValue)
            writer.append(number.bitPattern)
        case .fieldReference(let field, let anchor, let cased):
            writer.append(UInt8(5))
            writer.append(field)
            writer.append(anchor.rawValue)
            writer.append(UInt8(cased ? 1 : 0))
        case .null: writer.append(UInt8(6))
        case .exists(let present):
            writer.append(UInt8(7))
            writer.append(UInt8(present ? 1 : 0))
        case .timePart(let part, let number):
            writer.append(UInt8(8))
            writer.append(part.rawValue)
            writer.append(Int64(number))
        }
    }

    init(from reader: inout ByteReader) throws(CodingFault) {
        switch try reader.integer(UInt8.self) {
        case 0: self = .pattern(try Pattern(from: &reader))
        case 1: self = .number(Double(bitPattern: try reader.integer()), text: try reader.text())
        case 2:
            let source = try reader.text()
            let ignoreCase = try reader.integer(UInt8.self) == 1
            let multiline = try reader.integer(UInt8.self) == 1
            let dotAll = try reader.integer(UInt8.self) == 1
            self = .regularExpression(
                RegularExpression(source: source, ignoreCase: ignoreCase, multiline: multiline, dotAll: dotAll))
        case 3:
            let address = try reader.list { (reader: inout ByteReader) throws(CodingFault) -> UInt8 in
                try reader.integer()
            }
            let length = Int(try reader.integer(Int32.self))
            guard [4, 16].contains(address.count), (0...address.count * 8).contains(length) else { throw CodingFault() }
            self = .network(Network(address: address, prefixLength: length))
        case 4:
            guard let comparison = Comparison(rawValue: try reader.text()) else { throw CodingFault() }
            self = .compare(comparison, Double(bitPattern: try reader.integer()))
        case 5:
            let field = try reader.text()
            guard let anchor = Anchor(rawValue: try reader.text()) else { throw CodingFault() }
            self = .fieldReference(field: field, anchor: anchor, cased: try reader.integer(UInt8.self) == 1)
        case 6: self = .null
        case 7: self = .exists(try reader.integer(UInt8.self) == 1)
        case 8:
            guard let part = TimePart(rawValue: try reader.text()) else { throw CodingFault() }
            self = .timePart(part, Int(try reader.integer(Int64.self)))
        default: throw CodingFault()
        }
    }
}
