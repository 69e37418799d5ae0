using Playbooks.Core.Definitions;

namespace Playbooks.Hosting;

/// <summary>The folder of playbooks and environments.</summary>
public sealed record PlaybookLibrary(string Folder)
{
    public const string FileName = "playbook.json";

    public string Environments => Path.Combine(Folder, "environments");

    public IEnumerable<string> Names() => Directory.GetDirectories(Folder)
        .Where(folder => File.Exists(Path.Combine(folder, FileName))).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal);

    /// <summary>A playbook by its folder's name or by a path to its file.</summary>
    public string PathOf(string name)
    {
        if (File.Exists(name))
            return name;
        var path = Path.Combine(Folder, name, FileName);
        return File.Exists(path) ? path
            : throw new HostSettingException($"There is no playbook '{name}' in {Folder}. There are: {string.Join(", ", Names())}.");
    }

    /// <summary>A playbook that is valid, or an exception that lists every error.</summary>
    public Playbook Load(string name)
    {
        var path = PathOf(name);
        return Valid(Read(path), path);
    }

    public ReadResult<Playbook> Read(string path) => PlaybookReader.Read(File.ReadAllText(path), path, Find);

    public string EnvironmentPathOf(string name)
    {
        if (File.Exists(name))
            return name;
        var path = Path.Combine(Environments, name + ".json");
        return File.Exists(path) ? path : throw new HostSettingException($"There is no environment '{name}' in {Environments}.");
    }

    public DeploymentEnvironment LoadEnvironment(string name)
    {
        var path = EnvironmentPathOf(name);
        return ParseEnvironment(File.ReadAllText(path), path);
    }

    public static DeploymentEnvironment ParseEnvironment(string text, string path) => Valid(EnvironmentReader.Read(text, path), path);

    private PlaybookSource? Find(PlaybookPin pin)
    {
        var path = Path.Combine(Folder, pin.Name, FileName);
        return File.Exists(path) ? new PlaybookSource(path, File.ReadAllText(path)) : null;
    }

    private static T Valid<T>(ReadResult<T> read, string path) => read switch
    {
        ReadResult<T>.Valid valid => valid.Value,
        ReadResult<T>.Invalid invalid => throw new HostSettingException($"{path} has to be mended:{Environment.NewLine}{string.Join(Environment.NewLine, invalid.Errors)}"),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
