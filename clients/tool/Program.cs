using OrleansCalls.Tool;

return Serve.IsMeant(args) ? await Serve.Run(args) : await CommandLine.Run(args);
