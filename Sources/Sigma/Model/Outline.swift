/// A rule's condition as its author wrote it, with the names that the ``Expression`` no longer has: what an explanation shows.
public indirect enum Outline: Sendable, Equatable {
    /// `label`: what was written when it was not just `and` (`all of selection_*`), or the name of a filter.
    case all([Outline], label: String?)
    case any([Outline], label: String?)
    case not(Outline)
    /// A search identifier and what it stands for.
    case identifier(String, Expression)

    /// The same without names.
    public var expression: Expression {
        switch self {
        case .all(let members, _): .conjunction(members.map(\.expression))
        case .any(let members, _): .disjunction(members.map(\.expression))
        case .not(let member): .not(member.expression)
        case .identifier(_, let expression): expression
        }
    }
}
