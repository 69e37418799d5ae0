namespace Playbooks.SampleService.Artifact;

/// <summary>The two small models that drills recover.</summary>
public enum SampleKind { Recommendations, Fraud }

public static class SampleKinds
{
    /// <returns>Null for a name that is none.</returns>
    public static SampleKind? Parse(string name) => name switch
    {
        "recommendations" => SampleKind.Recommendations,
        "fraud" => SampleKind.Fraud,
        _ => null,
    };
}
