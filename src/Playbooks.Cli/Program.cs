using Playbooks.Cli.Verbs;

return await RootVerb.Create().Parse(args).InvokeAsync();
