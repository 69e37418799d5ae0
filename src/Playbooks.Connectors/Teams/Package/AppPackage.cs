using System.IO.Compression;
using System.Text;

namespace Playbooks.Connectors.Teams.Package;

/// <summary>The app as an administrator uploads it: manifest and icons in one archive, the same bytes each time.</summary>
public static class AppPackage
{
    /// <summary>The earliest that an archive can say.</summary>
    private static readonly DateTimeOffset Always = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static byte[] Of(AppIdentity app)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(archive, AppManifest.FileName, Encoding.UTF8.GetBytes(AppManifest.Of(app).Text));
            Add(archive, AppManifest.ColorIconName, AppIcons.Color());
            Add(archive, AppManifest.OutlineIconName, AppIcons.Outline());
        }
        return bytes.ToArray();
    }

    private static void Add(ZipArchive archive, string name, byte[] content)
    {
        var entry = archive.CreateEntry(name);
        entry.LastWriteTime = Always;
        using var stream = entry.Open();
        stream.Write(content);
    }
}
