package com.example.greetings;

import java.util.Map;
import java.util.concurrent.*;
import static java.util.Objects.requireNonNull;

/**
 * Keeps greetings.
 *
 * @param <T> what greets
 */
@Component(name = "store")
public class Sample<T extends Greeting> implements Greeter {
    public static final int CAPACITY = 16;
    private final Map<String, T> greetings = new ConcurrentHashMap<>();

    /** Makes one. */
    public Sample(int limit) {
        int local = limit;
    }

    @Override
    @Deprecated
    public String greet(String name) throws GreetingException {
        Runnable run = () -> { int inner = 1; };
        return "hello " + requireNonNull(name);
    }

    enum Tone { SOFT, LOUD; Tone other() { return SOFT; } }

    record Pair(String left, String right) {
        Pair {
            requireNonNull(left);
        }
    }

    interface Listener {
        int PRIORITY = 1;
        void onChange(String name);
    }
}

@interface Component {
    String name() default "";
}

/** Greets by the rules of a house. */
sealed interface House permits House.Manor, House.Cottage {
    record Manor(int floors, List<String> servants) implements House {}

    record Cottage(String lane) implements House {
        static final Cottage EMPTY = new Cottage("");

        Cottage(String lane, int number) {
            this(lane + " " + number);
        }
    }

    default String door() {
        return switch (this) {
            case Manor(var floors, var servants) when floors > 2 -> "the front door";
            case Manor manor -> "the gate of " + manor;
            case Cottage cottage -> cottage.lane();
        };
    }

    static <H extends House, R> R visit(H house, Function<? super H, ? extends R> visitor) {
        return visitor.apply(house);
    }
}

abstract class Visitor<T> implements Iterable<T>, AutoCloseable {
    private static final Logger LOG = Logger.getLogger("visitor");
    protected int visits, misses = 0;
    private final Comparator<T> order = new Comparator<>() {
        @Override
        public int compare(T left, T right) {
            return 0;
        }
    };

    static {
        LOG.info("loaded");
    }

    protected abstract void knock(T door) throws IOException, InterruptedException;

    public synchronized native long count();

    @Override
    public Iterator<T> iterator() {
        class Doors implements Iterator<T> {
            public boolean hasNext() { return false; }
            public T next() { throw new NoSuchElementException("""
                no door is left
                """); }
        }
        return new Doors();
    }
}

enum Season implements Supplier<String> {
    /** Cold. */
    WINTER(-5) {
        @Override
        public String get() { return "brr"; }
    },
    SUMMER(25);

    private final int degrees;

    Season(int degrees) { this.degrees = degrees; }

    public String get() { return degrees + "°"; }
}
