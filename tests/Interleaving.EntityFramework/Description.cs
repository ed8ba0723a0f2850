using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Interleaving.EntityFramework;

/// <summary>Values in a form that can be compared between runs: the time of day and fresh GUIDs mean nothing.</summary>
internal static class Description
{
    private static readonly DateTime Past = DateTime.UtcNow.AddDays(-30);

    private static readonly JsonSerializerOptions Json = new()
    {
        ReferenceHandler = ReferenceHandler.IgnoreCycles,
        Converters =
        {
            new JsonStringEnumConverter(),
            new Plain<DateTime>(t => Of(t)),
            new Plain<DateTimeOffset>(t => Of(t.UtcDateTime)),
            new Plain<Guid>(_ => "guid"),
        },
    };

    public static string Of(object? value) => value is null ? "done" : JsonSerializer.Serialize(value, Json);

    /// <summary>A value as a database gave it for a property of a type.</summary>
    public static string Of(object value, Type? type)
    {
        type = type is null ? value.GetType() : Nullable.GetUnderlyingType(type) ?? type;
        if (value is DBNull)
            return "null";
        if (type == typeof(Guid))
            return "guid";
        if (type != typeof(DateTime) && type != typeof(DateTimeOffset))
            return Convert.ToString(value, CultureInfo.InvariantCulture)!;
        return value switch
        {
            DateTime t => Of(t),
            DateTimeOffset t => Of(t.UtcDateTime),
            _ => Of(DateTime.Parse(value.ToString()!, CultureInfo.InvariantCulture)),
        };
    }

    private static string Of(DateTime time) => time > Past ? "now" : time.ToString("s", CultureInfo.InvariantCulture);

    private sealed class Plain<T>(Func<T, string> describe) : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(describe(value));
    }
}
