//! Why an expression cannot be known offline.

/// An expression of a property cannot be known offline.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{logical_id}.{property}: {unknown}")]
pub struct ResolveError {
    /// The resource.
    pub logical_id: String,
    /// Its property.
    pub property: String,
    /// What is not known.
    #[source]
    pub unknown: Box<Unknown>,
}

/// What is not known, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unknown {
    /// A name that is nowhere declared.
    #[error("`{0}` is neither a parameter nor a resource of the template, check its spelling")]
    Name(String),
    /// A parameter that must be given.
    #[error("parameter `{0}` has no default, give it a value")]
    Parameter(String),
    /// A parameter that Systems Manager holds.
    #[error("parameter `{0}` is looked up in Systems Manager at deployment, give it a value")]
    LookedUp(String),
    /// `Ref` of a kind whose identity AWS makes.
    #[error("`Ref` of `{logical_id}` ({type_name}) is only known after deployment, name the resource or write its value out")]
    Reference {
        /// The resource referred to.
        logical_id: String,
        /// Its kind.
        type_name: String,
    },
    /// An attribute AWS makes, or of a kind not modelled.
    #[error("attribute `{attribute}` of `{logical_id}` ({type_name}) is only known after deployment, write its value out")]
    Attribute {
        /// The resource referred to.
        logical_id: String,
        /// The attribute asked for.
        attribute: String,
        /// Its kind.
        type_name: String,
    },
    /// An export of another stack.
    #[error("export `{0}` belongs to another stack, give it a value")]
    Export(String),
    /// A condition that does not exist.
    #[error("`{0}` is no condition of the template, check its spelling")]
    Condition(String),
    /// A look-up that finds nothing.
    #[error("mapping `{map}` has no entry `{top_key}`, `{second_key}`, add it")]
    Mapping {
        /// The mapping.
        map: String,
        /// First key.
        top_key: String,
        /// Second key.
        second_key: String,
    },
    /// `Fn::Select` beyond the end of its list.
    #[error("`Fn::Select` asks for item {index} of a list of {length}, count from 0")]
    Index {
        /// As asked for.
        index: String,
        /// Items there are.
        length: usize,
    },
    /// A function this crate does not evaluate.
    #[error("`{0}` is not evaluated offline, write its value out")]
    Function(String),
    /// A structure where text is due.
    #[error("a structure stands where text is due, write text")]
    Structure,
    /// A list where text is due.
    #[error("a list stands where text is due, join or select it")]
    List,
    /// Text where a list is due.
    #[error("text stands where a list is due, split it or write a list")]
    Text,
    /// `AWS::NoValue` where something is due.
    #[error("`AWS::NoValue` stands where a value is due, write one")]
    Nothing,
    /// Text that is not a number, flag or word of the property's set.
    #[error("`{0}` is no value this property takes, correct it")]
    WrongType(String),
    /// References that lead back to themselves.
    #[error("the references lead in a circle, break it by writing one of them out")]
    Circle,
}

impl Unknown {
    /// Found at this property of this resource.
    pub(super) fn at(self, logical_id: &str, property: &str) -> ResolveError {
        ResolveError { logical_id: logical_id.to_owned(), property: property.to_owned(), unknown: Box::new(self) }
    }
}
