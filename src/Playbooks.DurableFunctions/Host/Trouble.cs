using Azure;
using Azure.Identity;

namespace Playbooks.DurableFunctions.Host;

/// <summary>What storage, identities and the task hub throw while they do not answer: nobody's defect, and worth another try.</summary>
internal static class Trouble
{
    private const int Unauthorized = 401, Forbidden = 403, Timeout = 408, TooMany = 429, ServerError = 500;

    public static bool Passes(Exception trouble) => trouble switch
    {
        // Also while rights are being given: what was refused then is not the fault of who asked. 0 where there was no answer.
        RequestFailedException failed => failed.Status is 0 or Unauthorized or Forbidden or Timeout or TooMany or >= ServerError,
        // What is thrown when several tries have failed.
        AggregateException several => several.InnerExceptions.Count > 0 && several.InnerExceptions.All(Passes),
        AuthenticationFailedException or HttpRequestException or IOException or TimeoutException or OperationCanceledException => true,
        _ => false,
    };
}
