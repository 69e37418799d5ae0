using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Definitions;

public class ErrorCodesTests
{
    [Fact]
    public void Every_code_is_used_once_and_has_a_title()
    {
        Assert.Equal(ErrorCodes.All.Length, ErrorCodes.All.Select(code => code.Code).Distinct().Count());
        Assert.All(ErrorCodes.All, code => Assert.Matches("^PB[0-9]{4}$", code.Code));
        Assert.All(ErrorCodes.All, code => Assert.NotEmpty(code.Title));
    }

    [Fact]
    public void A_code_is_found_by_its_name()
    {
        Assert.All(ErrorCodes.All, code => Assert.Same(code, ErrorCodes.Find(code.Code)));
        Assert.Null(ErrorCodes.Find("PB0000"));
    }
}
