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
