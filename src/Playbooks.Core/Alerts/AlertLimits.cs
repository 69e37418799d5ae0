namespace Playbooks.Core.Alerts;

/// <summary>
/// Bounds of what is kept of an alert. An alert is written by strangers, and what a run keeps of it shares 8 KiB with the run's inputs.
/// What decides (ids, custom properties, targets, links) is kept whole or left out; what people read is cut. Either is named in <c>alert.cut</c>.
/// </summary>
public static class AlertLimits
{
    /// <summary>Of a delivery; Azure Monitor's own bound of a payload.</summary>
    public const int TextMaxBytes = 256 * 1024;
    /// <summary>Of what expressions and the journal see of an alert; the rest of the 8 KiB is for the inputs.</summary>
    public const int DataMaxBytes = 6 * 1024;
    /// <summary>Of an id. A longer one keeps its beginning and ends in the digest of the whole, so that two ids stay two.</summary>
    public const int IdMaxBytes = 1024;
    /// <summary>Of the rule's name, as data.</summary>
    public const int RuleMaxBytes = 512;
    /// <summary>Of severity, service and signal type, each.</summary>
    public const int WordMaxBytes = 128;
    /// <summary>Of the description, as data.</summary>
    public const int DescriptionMaxBytes = 768;
    /// <summary>Of a link. A longer one is left out: half a link leads elsewhere.</summary>
    public const int LinkMaxCharacters = 2048;
    /// <summary>Of one text of the context.</summary>
    public const int FactMaxBytes = 512;
    /// <summary>Of a query.</summary>
    public const int QueryMaxBytes = 1024;
    /// <summary>Details under the monitor's own names.</summary>
    public const int DetailsMax = 16;
    /// <summary>Of a dimension's or a detail's name. One that is longer is left out.</summary>
    public const int NameMaxCharacters = 64;
    public const int DimensionsMax = 12;
    /// <summary>Entries of any other list of the context.</summary>
    public const int ListMax = 8;
    /// <summary>Names that <c>alert.cut</c> lists; then it says how many more.</summary>
    public const int CutNamesMax = 6;
    /// <summary>Of an alert's own webhook format: id and rule.</summary>
    public const int WebhookNameMaxCharacters = 256;
    /// <summary>Of an alert's own webhook format: any other text.</summary>
    public const int WebhookTextMaxCharacters = 2048;
    /// <summary>Of an alert's own webhook format: targets.</summary>
    public const int WebhookTargetsMax = 32;
}
