using dnlib.DotNet;
using dnlib.DotNet.Writer;

namespace Realtime.Schedules.Weaver;

/// <summary>Puts scheduling points into the code under test: wherever threads may meet, it calls the scheduler, which then decides who goes on.</summary>
/// <remarks>
/// Points stand before every access to a field that can change, every call of Interlocked, Volatile and the concurrent collections, and at every lock. What would leave the
/// threads of the scheduler comes back to them: work for the thread pool, and awaits that would go on there.
/// </remarks>
internal static class AssemblyWeaver
{
    private const string Marker = "Woven";

    /// <summary>Weaves an assembly in place.</summary>
    /// <returns>The number of points; -1 when it was woven before.</returns>
    internal static int Weave(string path)
    {
        int points = 0;
        using (ModuleDefMD module = Load(path))
        {
            TypeDef scheduler = module.Find("Realtime.Schedules.Scheduling.Controlled", isReflectionName: false);
            if (scheduler.FindField(Marker) is not null)
            {
                return -1;
            }

            scheduler.Fields.Add(new FieldDefUser(Marker, new FieldSig(module.CorLibTypes.Boolean), FieldAttributes.Private | FieldAttributes.Static));
            var weaver = new MethodWeaver(scheduler);
            foreach (TypeDef type in module.GetTypes().Where(CodeSites.IsUnderTest))
            {
                points += type.Methods.Where(static method => method.HasBody).Sum(weaver.Weave);
            }

            module.Write(path + ".woven", new ModuleWriterOptions(module) { WritePdb = true, PdbFileName = Path.ChangeExtension(path, ".woven.pdb") });
        }

        File.Move(path + ".woven", path, overwrite: true);
        File.Move(Path.ChangeExtension(path, ".woven.pdb"), Path.ChangeExtension(path, ".pdb"), overwrite: true);
        return points;
    }

    // From memory, so that the file can be replaced.
    private static ModuleDefMD Load(string path)
    {
        ModuleDefMD module = ModuleDefMD.Load(File.ReadAllBytes(path), new ModuleCreationOptions(ModuleDef.CreateModuleContext()));
        string symbols = Path.ChangeExtension(path, ".pdb");
        if (File.Exists(symbols))
        {
            module.LoadPdb(File.ReadAllBytes(symbols));
        }

        return module;
    }
}
