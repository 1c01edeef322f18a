extension Correlation {
    func encode(into writer: inout ByteWriter) {
        metadata.encode(into: &writer)
        place.encode(into: &writer)
        encodeKind(into: &writer)
        writer.append(rules)
        writer.append(timespan)
        writer.append(groupBy)
        writer.append(aliases.sorted { $0.key < $1.key }) { writer, alias in
            writer.append(alias.key)
            writer.append(alias.value.sorted { $0.key < $1.key }) { writer, field in
                writer.append(field.key)
                writer.append(field.value)
            }
        }
        switch condition {
        case .bounds(let bounds):
            writer.append(UInt8(0))
            writer.append(bounds) { writer, bound in
                writer.append(bound.comparison.rawValue)
                writer.append(bound.value.bitPattern)
            }
        case .expression(let expression):
            writer.append(UInt8(1))
            expression.encode(into: &writer)
        }
        writer.append(UInt8(generate ? 1 : 0))
    }

    private func encodeKind(into writer: inout ByteWriter) {
        switch kind {
        case .eventCount: writer.append(UInt8(0))
        case .valueCount(let fields):
            writer.append(UInt8(1))
            writer.append(fields)
        case .valueSum(let field):
            writer.append(UInt8(2))
            writer.append(field)
        case .valueAverage(let field):
            writer.append(UInt8(3))
            writer.append(field)
        case .valuePercentile(let field, let percentile):
            writer.append(UInt8(4))
            writer.append(field)
            writer.append(percentile.bitPattern)
        case .temporal: writer.append(UInt8(5))
        case .temporalOrdered: writer.append(UInt8(6))
        }
    }

    init(from reader: inout ByteReader, metadata: Metadata, place: Place) throws(CodingFault) {
        let kind = try Kind(from: &reader)
        let rules = try reader.texts()
        let timespan = try reader.integer(Int64.self)
        let groupBy = try reader.texts()
        var aliases: [String: [String: String]] = [:]
        for _ in 0..<(try reader.integer(UInt32.self)) {
            let alias = try reader.text()
            aliases[alias] = [:]
            for _ in 0..<(try reader.integer(UInt32.self)) {
                let rule = try reader.text()
                aliases[alias]?[rule] = try reader.text()
            }
        }
        let condition = try Condition(from: &reader)
        self.init(
            metadata: metadata, place: place, kind: kind, rules: rules, timespan: timespan, groupBy: groupBy,
            aliases: aliases, condition: condition, generate: try reader.integer(UInt8.self) == 1)
    }
}

extension Correlation.Kind {
    init(from reader: inout ByteReader) throws(CodingFault) {
        switch try reader.integer(UInt8.self) {
        case 0: self = .eventCount
        case 1: self = .valueCount(fields: try reader.texts())
        case 2: self = .valueSum(field: try reader.text())
        case 3: self = .valueAverage(field: try reader.text())
        case 4:
            self = .valuePercentile(field: try reader.text(), percentile: Double(bitPattern: try reader.integer()))
        case 5: self = .temporal
        case 6: self = .temporalOrdered
        default: throw CodingFault()
        }
    }
}

extension Correlation.Condition {
    init(from reader: inout ByteReader) throws(CodingFault) {
        guard try reader.integer(UInt8.self) == 0 else {
            self = .expression(try RuleExpression(from: &reader))
            return
        }
        self = .bounds(
            try reader.list { (reader: inout ByteReader) throws(CodingFault) -> Correlation.Bound in
                guard let comparison = Correlation.Bound.Operator(rawValue: try reader.text()) else {
                    throw CodingFault()
                }
                return Correlation.Bound(comparison, Double(bitPattern: try reader.integer()))
            })
    }
}

extension RuleExpression {
    func encode(into writer: inout ByteWriter) {
        switch self {
        case .rule(let name):
            writer.append(UInt8(0))
            writer.append(name)
        case .and(let members):
            writer.append(UInt8(1))
            writer.append(members) { $1.encode(into: &$0) }
        case .or(let members):
            writer.append(UInt8(2))
            writer.append(members) { $1.encode(into: &$0) }
        case .not(let member):
            writer.append(UInt8(3))
            member.encode(into: &writer)
        }
    }

    init(from reader: inout ByteReader) throws(CodingFault) {
        guard reader.depth < ByteReader.depthLimit else { throw CodingFault() }
        reader.depth += 1
        defer { reader.depth -= 1 }
        switch try reader.integer(UInt8.self) {
        case 0: self = .rule(try reader.text())
        case 1: self = .and(try reader.list(RuleExpression.init(from:)))
        case 2: self = .or(try reader.list(RuleExpression.init(from:)))
        case 3: self = .not(try RuleExpression(from: &reader))
        default: throw CodingFault()
        }
    }
}
