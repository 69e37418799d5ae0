using Playbooks.Gateway;

return await GatewayProgram.RunAsync(args, Console.Out, Console.Error);
