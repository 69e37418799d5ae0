using System.Security.Cryptography;
using System.Text;

namespace Playbooks.Web.Access;

/// <summary>The key of this host and the person it was made for.</summary>
public sealed record ServerKey(string Key, Caller Holder)
{
    /// <summary>Compares in a time that does not tell how much of a key was right.</summary>
    /// <returns>Null for any other key.</returns>
    public Caller? Of(string given) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(Key))) ? Holder : null;

    public override string ToString() => $"key of {Holder.Person}";
}
