// netstandard2.0 lacks the type that the compiler needs for init-only members and records.
namespace System.Runtime.CompilerServices;

internal static class IsExternalInit;
