using System;
using System.Collections.Generic;
using static System.Math;
using Names = System.Collections.Generic.List<string>;

namespace Example.Greetings
{
    /// <summary>
    /// Keeps greetings.
    /// </summary>
    [Serializable]
    public sealed class Store<T> : IGreeter where T : class
    {
        public const int Capacity = 16;
        private readonly Dictionary<string, T> greetings = new();

        /// <summary>Makes one.</summary>
        public Store(int limit)
        {
            var local = limit;
        }

        public int Count => greetings.Count;
        public string Name { get; set; } = "";
        public event EventHandler Changed;

        [Obsolete("use Find")]
        public T Get(string name)
        {
            T Inner(string n) => greetings[n];
            return Inner(name);
        }

        public T this[string name] => greetings[name];
        public static Store<T> operator +(Store<T> a, Store<T> b) => a;
    }

    public interface IGreeter
    {
        string Greet(string name);
    }

    public enum Tone { Soft, Loud }

    public record Pair(string Left, string Right);

    public struct Point { public int X; }

    public delegate void Handler(string name);
}

namespace Example.Doors
{
    using System.Linq;

    /// <summary>A door with its locks.</summary>
    public abstract partial class Door<TKey>(string name) : IDisposable, IComparable<Door<TKey>>
        where TKey : struct, IEquatable<TKey>
    {
        public enum State : byte { Open, Shut, Ajar = 4 }

        private static readonly int[] Turns = [1, 2, 3];
        protected internal string Paint { get; init; } = "green";
        public required TKey Key { get; set; }

        public int Knocks
        {
            get => knocks;
            private set { knocks = Math.Max(0, value); }
        }
        private int knocks;

        public event EventHandler<KnockEventArgs>? Knocked
        {
            add { knocks++; }
            remove { knocks--; }
        }

        static Door() { }

        ~Door() => Dispose();

        public abstract Task<bool> OpenAsync(TKey key, CancellationToken token = default);

        public virtual void Dispose() { GC.SuppressFinalize(this); }

        public int CompareTo(Door<TKey>? other) => other switch
        {
            null => 1,
            { Knocks: > 3 } => -1,
            _ => 0,
        };

        void IDisposable.Dispose() { }

        public static implicit operator string(Door<TKey> door) => door.Paint;

        [DllImport("doors")]
        private static extern int Creak(int hinge);

        private class Hinge { internal void Oil<T>(params T[] drops) { } }
    }

    public readonly record struct Key(int Teeth)
    {
        public static readonly Key None = new(0);
    }

    [Flags]
    public enum Wood
    {
        /// <summary>Hard.</summary>
        Oak = 1,
        Pine = 2,
    }

    public static class DoorExtensions
    {
        public static IEnumerable<T> Ajar<T>(this IEnumerable<T> doors) where T : Door<int>
        {
            foreach (var door in doors)
                yield return door;
        }
    }
}
