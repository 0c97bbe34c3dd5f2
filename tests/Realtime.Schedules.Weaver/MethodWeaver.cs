using dnlib.DotNet;
using dnlib.DotNet.Emit;

namespace Realtime.Schedules.Weaver;

/// <summary>Weaves the body of one method.</summary>
internal sealed class MethodWeaver
{
    private static readonly string[] s_atomics = ["System.Threading.Interlocked", "System.Threading.Volatile", "System.Threading.SpinWait"];

    private readonly MethodDef _point;
    private readonly MethodDef _meeting;
    private readonly MethodDef _entering;
    private readonly MethodDef _queueItem;
    private readonly MethodDef _queueCall;
    private readonly MethodDef _fill;

    internal MethodWeaver(TypeDef scheduler)
    {
        _point = scheduler.FindMethod("Point");
        _meeting = scheduler.FindMethod("Meeting");
        _entering = scheduler.FindMethod("Entering");
        _queueItem = scheduler.FindMethod("QueueItem");
        _queueCall = scheduler.FindMethod("QueueCall");
        _fill = scheduler.FindMethod("Fill");
    }

    /// <returns>The number of points.</returns>
    internal int Weave(MethodDef method)
    {
        int points = 0;
        string name = CodeSites.NameOf(method);
        IList<Instruction> code = method.Body.Instructions;
        method.Body.SimplifyBranches();
        for (int i = 0; i < code.Count; i++)
        {
            if (TryChoose(method, code[i], name, out MethodDef? call, out string site))
            {
                int anchor = i > 0 && code[i - 1].OpCode.OpCodeType == OpCodeType.Prefix ? i - 1 : i;
                InsertBefore(code, anchor, OpCodes.Ldstr.ToInstruction(site), OpCodes.Call.ToInstruction(call));
                i += 2;
                points++;
            }
            else if (IsConfigureAwait(code[i]))
            {
                InsertBefore(code, i, OpCodes.Pop.ToInstruction(), OpCodes.Ldc_I4_1.ToInstruction());
                i += 2;
            }
            else
            {
                Redirect(code[i]);
            }
        }

        method.Body.OptimizeBranches();
        return points;
    }

    private bool TryChoose(MethodDef method, Instruction instruction, string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out MethodDef? call, out string site)
    {
        (call, site) = instruction.Operand switch
        {
            IField operand when IsFieldAccess(instruction.OpCode.Code) && operand.ResolveFieldDef() is { } field && CodeSites.IsShared(field) && !IsConstruction(method, field) =>
                (_point, $"{name} {CodeSites.NameOf(field)}"),
            IMethod { Name.String: "EnterScope", DeclaringType.FullName: "System.Threading.Lock" } => (_entering, name),
            IMethod called when IsAtomic(called.DeclaringType) => (_meeting, $"{name} {called.DeclaringType.Name}.{called.Name}"),
            IMethod called when IsCollection(called) && CodeSites.SharesFields(method.DeclaringType) => (_point, $"{name} {called.DeclaringType.Name}.{called.Name}"),
            _ => (null, ""),
        };
        return call is not null;
    }

    private static bool IsFieldAccess(Code code) => code is Code.Ldfld or Code.Ldflda or Code.Stfld or Code.Ldsfld or Code.Ldsflda or Code.Stsfld;

    // Nobody else has what is being constructed.
    private static bool IsConstruction(MethodDef method, FieldDef field) => method.IsConstructor && method.DeclaringType == field.DeclaringType;

    private static bool IsAtomic(ITypeDefOrRef? type)
    {
        string name = type?.FullName ?? "";
        return s_atomics.Contains(name) || name.StartsWith("System.Collections.Concurrent.", StringComparison.Ordinal);
    }

    // Such a call is one step: what breaks inside of it when two threads are in it is not seen, but who comes between the calls is.
    private static bool IsCollection(IMethod called) => called.DeclaringType?.FullName.StartsWith("System.Collections.Generic.", StringComparison.Ordinal) == true && called.Name != ".ctor";

    // Where the thread that is awaited ends, the pool would go on. Told to come back, it comes back to the scheduler.
    private static bool IsConfigureAwait(Instruction instruction) =>
        instruction.Operand is IMethod { Name.String: "ConfigureAwait" } called
        && called.MethodSig.Params[^1].ElementType == ElementType.Boolean;

    // Work for the pool becomes an operation, and random bytes come from the seed.
    private void Redirect(Instruction instruction)
    {
        instruction.Operand = instruction.Operand switch
        {
            MethodSpec { Name.String: "UnsafeQueueUserWorkItem", DeclaringType.FullName: "System.Threading.ThreadPool" } call => new MethodSpecUser(_queueCall, call.GenericInstMethodSig),
            IMethod { Name.String: "UnsafeQueueUserWorkItem", DeclaringType.FullName: "System.Threading.ThreadPool" } => _queueItem,
            IMethod { Name.String: "Fill", DeclaringType.FullName: "System.Security.Cryptography.RandomNumberGenerator" } => _fill,
            _ => instruction.Operand,
        };
    }

    // What jumped to the instruction jumps to the inserted ones: the object that others refer to becomes the first of them.
    private static void InsertBefore(IList<Instruction> code, int index, Instruction first, Instruction second)
    {
        Instruction target = code[index];
        var moved = new Instruction(target.OpCode, target.Operand);
        target.OpCode = first.OpCode;
        target.Operand = first.Operand;
        code.Insert(index + 1, second);
        code.Insert(index + 2, moved);
    }
}
