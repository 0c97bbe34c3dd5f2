using ScaleOut;

// One program, two roles: without an argument it is the front, which starts Redis and the nodes; those are the same program with "node".
await (args is ["node", .. string[] rest] ? ChatNode.RunAsync(rest) : Front.RunAsync(args));
