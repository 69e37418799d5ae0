using System.Reflection;
using System.Runtime.CompilerServices;
using Playbooks.Core;
using Playbooks.Core.Decisions;

namespace Playbooks.Tests.Architecture;

public class CoreTests
{
    private static readonly Assembly Core = typeof(Run).Assembly;

    [Fact]
    public void Core_references_nothing_but_the_framework() =>
        Assert.All(Core.GetReferencedAssemblies(), name => Assert.StartsWith("System", name.Name, StringComparison.Ordinal));

    [Fact]
    public void Nothing_in_Core_mentions_a_task_but_the_ports()
    {
        const BindingFlags all = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var mentioning = from type in Core.GetTypes()
                         where type.Namespace != typeof(IActions).Namespace
                         from member in type.GetMembers(all)
                         where Types(member).Any(IsTask)
                         select $"{type.Name}.{member.Name}";
        Assert.Empty(mentioning);
    }

    [Fact]
    public void Only_interfaces_of_the_ports_hand_out_tasks()
    {
        var ports = Core.GetTypes().Where(type => type.Namespace == typeof(IActions).Namespace && type.GetMethods().Any(method => IsTask(method.ReturnType)));
        Assert.All(ports, type => Assert.True(type.IsInterface, $"{type.Name} is no interface"));
        Assert.Equal(["IActions", "IAlertInbox", "IAnchors", "IDirectory", "IPeople", "IRuns"], ports.Select(type => type.Name).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<Type> Types(MemberInfo member) => member switch
    {
        MethodInfo method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType),
        FieldInfo field => [field.FieldType],
        PropertyInfo property => [property.PropertyType],
        _ => [],
    };

    private static bool IsTask(Type type) =>
        typeof(Task).IsAssignableFrom(type) || type == typeof(ValueTask) || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>))
        || type.GetGenericArguments().Any(IsTask) || type.IsDefined(typeof(AsyncMethodBuilderAttribute), false);
}
