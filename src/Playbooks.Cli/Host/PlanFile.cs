using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Core.Planning;

namespace Playbooks.Cli.Host;

/// <summary>Plans as files.</summary>
internal static class PlanFile
{
    public const int MaxBytes = 4 * 1024 * 1024;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new WireNameConverter<Effect>() },
        RespectRequiredConstructorParameters = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    public static string Text(RunPlan plan) => JsonSerializer.Serialize(plan, Options);

    /// <exception cref="CliException">There is no such file, or it is no plan.</exception>
    public static RunPlan Read(string file)
    {
        if (!File.Exists(file))
            throw new CliException(ExitCodes.WrongInput, $"There is no plan {file}.");
        var text = File.ReadAllText(file);
        if (StrictJson.Read(text, new StrictJsonLimits(MaxBytes)) is StrictJsonResult.Refused refused)
            throw new CliException(ExitCodes.WrongInput, $"{file} is no plan: line {refused.Errors[0].At.Line}: {refused.Errors[0].Message}");
        try
        {
            return JsonSerializer.Deserialize<RunPlan>(text, Options) ?? throw new CliException(ExitCodes.WrongInput, $"{file} is no plan. Make one with 'playbooks plan'.");
        }
        catch (JsonException wrong)
        {
            throw new CliException(ExitCodes.WrongInput, $"{file} is no plan: {wrong.Message}");
        }
    }
}
