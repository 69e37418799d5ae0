namespace Playbooks.Core.Expressions;

/// <summary>What kind of wrong. The first five are those of the JMESPath specification.</summary>
public enum ExpressionErrorKind
{
    /// <summary>The text is no expression.</summary>
    Syntax,

    /// <summary>A function got a value of a type that it does not take.</summary>
    InvalidType,

    /// <summary>A function got too few or too many arguments.</summary>
    InvalidArity,

    /// <summary>A value of the right type that cannot be used, such as a slice's step of 0.</summary>
    InvalidValue,

    /// <summary>There is no function of that name.</summary>
    UnknownFunction,

    /// <summary><c>require</c> found null.</summary>
    Required,

    /// <summary>A limit of <see cref="Budget"/> or of the text was reached.</summary>
    OverBudget,
}

/// <summary>Why there is no expression or no value. Never an exception: authors and outside data cause these.</summary>
/// <param name="Offset">Where in the text, in UTF-16 code units from 0.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Remedy">How to mend it.</param>
public sealed record ExpressionError(ExpressionErrorKind Kind, int Offset, string Message, string Remedy);
