using Playbooks.SampleService;

return await SampleProgram.RunAsync(args, Console.Out, Console.Error);
