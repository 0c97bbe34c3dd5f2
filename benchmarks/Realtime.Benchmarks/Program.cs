using BenchmarkDotNet.Running;

// dotnet run -c Release --project benchmarks/Realtime.Benchmarks -- --filter '*'
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
