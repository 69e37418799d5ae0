using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Playbooks.Core.Evidence.Signing;

namespace Playbooks.Tests.Evidence;

public class SigningTests
{
    /// <summary>RFC 6979, A.2.5: ECDSA, 256 bits (prime field), the rows for SHA-256.</summary>
    [Theory]
    [InlineData("sample", "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716", "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8")]
    [InlineData("test", "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367", "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083")]
    public void Signatures_are_those_of_RFC_6979(string message, string r, string s)
    {
        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            D = Convert.FromHexString("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721"),
        });
        var signer = EvidenceSigner.FromPem(key.ExportPkcs8PrivateKeyPem())!;
        var reader = new AsnReader(signer.Sign(Encoding.ASCII.GetBytes(message)), AsnEncodingRules.DER).ReadSequence();
        Assert.Equal(Number(r), reader.ReadInteger());
        Assert.Equal(Number(s), reader.ReadInteger());
    }

    [Fact]
    public void What_we_sign_the_framework_verifies()
    {
        for (var length = 0; length < 40; length++)
        {
            var data = Encoding.ASCII.GetBytes(new string('x', length));
            var signature = RecordedRun.Signer.Sign(data);
            Assert.True(RecordedRun.Signer.Key.Verify(data, signature));
            Assert.Equal(signature, RecordedRun.Signer.Sign(data));
            Assert.False(RecordedRun.OtherSigner.Key.Verify(data, signature));
        }
    }

    public static TheoryData<string, string> NoKeys => new()
    {
        { "nothing", "" },
        { "no PEM", "key" },
        { "another curve", OtherCurve() },
        { "a public half only", RecordedRun.Signer.Key.Pem },
    };

    [Theory, MemberData(nameof(NoKeys))]
    public void What_is_no_private_key_of_the_curve_signs_nothing(string what, string pem) => Assert.True(EvidenceSigner.FromPem(pem) is null, what);

    private static string OtherCurve()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        return key.ExportECPrivateKeyPem();
    }

    private static BigInteger Number(string hex) => new(Convert.FromHexString(hex), isUnsigned: true, isBigEndian: true);
}
