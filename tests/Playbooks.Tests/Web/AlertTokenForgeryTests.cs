using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;
using Playbooks.Web.Alerts;
using Playbooks.Web.Tokens;

namespace Playbooks.Tests.Web;

/// <summary>Forgeries by chance, from whoever has seen good tokens and has no key of the tenant.</summary>
public sealed class AlertTokenForgeryTests
{
    private const int Forgeries = 20_000;
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 3, 0, 0, TimeSpan.Zero);
    private static readonly string[] Names = ["aud", "iss", "nbf", "exp", "azp", "appid", "roles", "tid", "scp", "idtyp", "alg", "kid", "jku", "jwk", "x5u", "x5c", "crit", "enc", "zip", "cty"];
    private static readonly string[] Algorithms = ["none", "NONE", "", "HS256", "RS256", "RS384", "RS512", "PS256", "ES256", "EdDSA", "RSA-OAEP", "dir"];

    [Fact]
    public async Task No_forgery_is_believed()
    {
        var seed = Environment.GetEnvironmentVariable("PLAYBOOKS_SEED") is { } given ? ulong.Parse(given, CultureInfo.InvariantCulture) : (ulong)Random.Shared.NextInt64();
        TestContext.Current.TestOutputHelper!.WriteLine($"PLAYBOOKS_SEED={seed}");
        using var mint = new TokenMint();
        using var forger = RSA.Create(2048);
        string[] seen = [mint.Sign(TokenMint.Claims(1, Now)), mint.Sign(TokenMint.Claims(2, Now))];
        var time = new FakeTimeProvider(Now);
        var tokens = new AlertTokens(TokenMint.Tenant, TokenMint.Audience, mint.Keys, time);
        var dice = new Dice(seed);
        for (var i = 0; i < Forgeries; i++)
        {
            var good = dice.Of(seen);
            var replayed = dice.Percent(2);
            var forged = replayed ? good : Forge(dice, good, mint, forger);
            if (!replayed && seen.Contains(forged))
                continue;
            time.AdjustTime(replayed ? Now.AddMinutes(65 + dice.Below(100_000)) : Now);
            Assert.False(await BelievedAsync(tokens, forged), $"seed {seed}, forgery {i}: {forged}");
        }
        time.AdjustTime(Now);
        foreach (var good in seen)
            Assert.True(await BelievedAsync(tokens, good));
    }

    private static async Task<bool> BelievedAsync(AlertTokens tokens, string token)
    {
        try
        {
            return await tokens.CheckAsync(token, TestContext.Current.CancellationToken) is not SenderCheck.Unknown;
        }
        catch (KeysUnavailableException)
        {
            // A key that is not known yet; not believed.
            return false;
        }
    }

    private static string Forge(Dice dice, string good, TokenMint mint, RSA forger)
    {
        var parts = good.Split('.');
        var (header, claims) = (JsonNode.Parse(Base64UrlEncoder.Decode(parts[0]))!.AsObject(), JsonNode.Parse(Base64UrlEncoder.Decode(parts[1]))!.AsObject());
        switch (dice.Below(8))
        {
            case 0:
                var text = new StringBuilder(good);
                for (var n = dice.Number(1, 4); n > 0; n--)
                    text[dice.Below(text.Length)] = dice.Of<char>([.. "AZaz09-_.=+/ \0é"]);
                return text.ToString();
            case 1:
                var at = dice.Below(good.Length);
                return good.Remove(at, dice.Number(1, Math.Min(40, good.Length - at)));
            case 2:
                return good.Insert(dice.Below(good.Length + 1), good.Substring(dice.Below(good.Length / 2), dice.Number(1, good.Length / 2)));
            case 3:
                // Bits of the signature, decoded and not as letters: the last letter has bits that mean nothing.
                var signature = Base64UrlEncoder.DecodeBytes(parts[2]);
                signature[dice.Below(signature.Length)] ^= (byte)(1 << dice.Below(8));
                return $"{parts[0]}.{parts[1]}.{Base64UrlEncoder.Encode(signature)}";
            case 4:
                Change(dice, claims);
                return $"{parts[0]}.{Base64UrlEncoder.Encode(claims.ToJsonString())}.{parts[2]}";
            case 5:
                header["alg"] = dice.Of(Algorithms);
                Change(dice, dice.Percent(50) ? header : claims);
                return $"{Base64UrlEncoder.Encode(header.ToJsonString())}.{Base64UrlEncoder.Encode(claims.ToJsonString())}.{(dice.Percent(50) ? parts[2] : "")}";
            case 6:
                return TokenMint.Join("HS256", dice.OneOf(TokenMint.Kid, null, "x"), claims, bytes => HMACSHA256.HashData(mint.Rsa.ExportSubjectPublicKeyInfo(), bytes));
            default:
                if (dice.Percent(50))
                    Change(dice, claims);
                return TokenMint.Join("RS256", dice.OneOf(TokenMint.Kid, null, "x"), claims, bytes => forger.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        }
    }

    private static void Change(Dice dice, JsonObject json)
    {
        for (var n = dice.Number(1, 3); n > 0; n--)
        {
            var name = dice.Of(Names);
            json[name] = dice.Below(6) switch
            {
                0 => null,
                1 => JsonValue.Create(dice.Below(int.MaxValue)),
                2 => new JsonArray(AlertTokens.Role, "x"),
                3 => new JsonObject { ["kty"] = "RSA", [name] = "x" },
                4 => JsonValue.Create($"{TokenMint.Elsewhere}"),
                _ => JsonValue.Create(new string('x', dice.Below(300))),
            };
        }
    }
}
