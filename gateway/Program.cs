using OrleansCalls.Gateway;

return await GatewayApp.Run(args);
