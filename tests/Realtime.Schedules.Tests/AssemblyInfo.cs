// One schedule runs at a time in a process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
