using System.Reflection;

namespace OrleansCalls.Tests.Tidy;

/// <summary>The types that a member names outside its body.</summary>
internal static class Signatures
{
    public static IEnumerable<Type> TypesOf(MemberInfo member) => member switch
    {
        FieldInfo field => [field.FieldType],
        MethodInfo method =>
            [
                method.ReturnType, .. method.GetParameters().Select(one => one.ParameterType),
                .. method.IsGenericMethod ? method.GetGenericArguments() : [],
            ],
        ConstructorInfo constructor => constructor.GetParameters().Select(one => one.ParameterType),
        _ => [],
    };

    /// <summary>A type and all that it is made of: elements, arguments of generics.</summary>
    public static IEnumerable<Type> PartsOf(Type type)
    {
        if (type.HasElementType)
            return PartsOf(type.GetElementType()!);
        if (type.IsGenericParameter)
            return [];
        return type.IsGenericType
            ? type.GetGenericArguments().SelectMany(PartsOf).Append(type.GetGenericTypeDefinition())
            : [type];
    }
}
