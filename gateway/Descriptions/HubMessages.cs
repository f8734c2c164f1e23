using System.Reflection;

namespace OrleansCalls.Gateway.Descriptions;

/// <summary>The messages of the hub, read from its methods and its client interface by reflection.</summary>
internal static class HubMessages
{
    /// <summary>The hub methods that clients invoke.</summary>
    public static readonly ImmutableArray<MethodInfo> Commands = [.. typeof(CallHub)
        .GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        .Where(method => method.GetBaseDefinition().DeclaringType == typeof(CallHub))];

    /// <summary>Every type in the arguments and results of the hub, and in its client methods.</summary>
    public static IEnumerable<Type> Types => Commands.SelectMany(method => new[] { ArgumentOf(method), ResultOf(method) })
        .OfType<Type>().Concat(HubEvent.All.Select(hubEvent => hubEvent.Argument)).Select(type => type.GetElementType() ?? type)
        .Append(typeof(SessionDescription)).Distinct();

    /// <summary>Returns the type of the one argument; null if there is none.</summary>
    public static Type? ArgumentOf(MethodInfo method) => method.GetParameters().FirstOrDefault()?.ParameterType;

    /// <summary>Returns the type of the result; null if there is none.</summary>
    public static Type? ResultOf(MethodInfo method) =>
        method.ReturnType == typeof(void) ? null
        : !method.ReturnType.IsAssignableTo(typeof(Task)) ? method.ReturnType
        : method.ReturnType is { IsGenericType: true } task ? task.GenericTypeArguments[0]
        : null;
}
