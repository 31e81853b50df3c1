// Looks after the bells of a clock tower.
using Gee;

namespace Tower {
    public const int BELLS = 5;

    public errordomain BellError {
        CRACKED,
        ROPE_TORN
    }

    public enum Tone {
        LOW,
        HIGH = 4
    }

    public delegate void Ringer (Bell bell);

    public interface Swinging : Object {
        public abstract void swing (double angle);
    }

    public struct Weight {
        public int pounds;
    }

    /**
     * A bell that rings by its rope.
     */
    public class Bell : Object, Swinging {
        public signal void rung (int times);
        public string name { get; construct set; }
        private ArrayList<string> ropes = new ArrayList<string> ();

        public int strength {
            get {
                var counted = ropes.size;
                return counted;
            }
        }

        public Bell (string name) {
            Object (name: name);
        }

        public Bell.cracked () {
            this ("cracked");
        }

        construct {
            var first = new Object ();
        }

        // Rings so many times, one after the other.
        public async void ring_hour (int hour, bool loud = true) throws BellError {
            if (ropes.size == 0) {
                throw new BellError.ROPE_TORN ("torn");
            }
            rung (hour);
        }

        public void swing (double angle) {
            return;
        }
    }
}

int main (string[] args) {
    return 0;
}
