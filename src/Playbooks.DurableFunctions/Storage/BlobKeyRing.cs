using System.Xml.Linq;
using Azure.Storage.Blobs.Models;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Playbooks.DurableFunctions.Storage;

/// <summary>The keys that cookies of signed-in people are sealed with, where every instance of the host finds them. Whoever can read the container can make such cookies: it is shut to all but the host's identity.</summary>
public sealed class BlobKeyRing(StateStorage storage) : IXmlRepository
{
    private const string Folder = "sign-in/";

    public IReadOnlyCollection<XElement> GetAllElements() =>
    [
        .. storage.State.GetBlobs(new GetBlobsOptions { Prefix = Folder }).Select(key => XElement.Parse(storage.State.GetBlobClient(key.Name).DownloadContent().Value.Content.ToString())),
    ];

    public void StoreElement(XElement element, string friendlyName) =>
        storage.State.GetBlobClient(Folder + StateStorage.NameOf(friendlyName)).Upload(BinaryData.FromString(element.ToString(SaveOptions.DisableFormatting)), overwrite: true);
}
