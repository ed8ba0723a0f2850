using System.Collections;
using System.Data.Common;

namespace Proof.Databases.SqlServer;

/// <summary>One row that has whatever is asked of it, or none, in as many results as are asked for.</summary>
internal sealed class DryReader(bool finds) : DbDataReader
{
    private bool _read;

    public override int Depth => 0;

    public override int FieldCount => 32;

    public override bool HasRows => finds;

    public override bool IsClosed => false;

    public override int RecordsAffected => finds ? 1 : 0;

    public override object this[int ordinal] => GetValue(ordinal);

    public override object this[string name] => GetValue(0);

    public override bool Read()
    {
        // A query that finds nothing still counts: zero.
        var first = !_read;
        _read = true;
        return first && finds;
    }

    public override bool NextResult()
    {
        _read = false;
        return true;
    }

    public override T GetFieldValue<T>(int ordinal)
    {
        object value = typeof(T) == typeof(string) ? "x"
            : typeof(T) == typeof(byte[]) ? new byte[8]
            : typeof(T) == typeof(bool) ? true
            : typeof(T).IsPrimitive || typeof(T) == typeof(decimal) ? Convert.ChangeType(1, typeof(T))
            : default(T)!;
        return (T)value;
    }

    public override bool GetBoolean(int ordinal) => true;

    public override byte GetByte(int ordinal) => 1;

    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length) => 0;

    public override char GetChar(int ordinal) => 'x';

    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length) => 0;

    public override string GetDataTypeName(int ordinal) => "int";

    public override DateTime GetDateTime(int ordinal) => default;

    public override decimal GetDecimal(int ordinal) => 1;

    public override double GetDouble(int ordinal) => 1;

    public override IEnumerator GetEnumerator() => Array.Empty<object>().GetEnumerator();

    public override Type GetFieldType(int ordinal) => typeof(int);

    public override float GetFloat(int ordinal) => 1;

    public override Guid GetGuid(int ordinal) => default;

    public override short GetInt16(int ordinal) => 1;

    public override int GetInt32(int ordinal) => 1;

    public override long GetInt64(int ordinal) => 1;

    public override string GetName(int ordinal) => "Column" + ordinal;

    public override int GetOrdinal(string name) => 0;

    public override string GetString(int ordinal) => "x";

    public override object GetValue(int ordinal) => 1;

    public override int GetValues(object[] values) => 0;

    public override bool IsDBNull(int ordinal) => false;
}
